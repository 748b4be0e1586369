// What the reader chose, kept in this browser.
import { effect, signal } from "@preact/signals";

export type Theme = "system" | "light" | "dark";

export const paused = signal(false);
export const refreshed = signal(0);
export const theme = signal<Theme>(kept());
/** Changes whenever colours do: what draws on a canvas draws anew. */
export const painted = signal(0);

function kept(): Theme {
  try {
    const found = localStorage.getItem("theme");
    return found === "light" || found === "dark" ? found : "system";
  } catch {
    return "system";
  }
}

const dark = window.matchMedia("(prefers-color-scheme: dark)");

export function isDark(): boolean {
  return theme.value === "dark" || (theme.value === "system" && dark.matches);
}

function paint(): void {
  document.documentElement.dataset["theme"] = isDark() ? "dark" : "light";
  painted.value = painted.peek() + 1;
}

effect(() => {
  try {
    if (theme.value === "system") localStorage.removeItem("theme");
    else localStorage.setItem("theme", theme.value);
  } catch {
    // Without storage the choice lasts as long as the page.
  }
  paint();
});
dark.addEventListener("change", paint);
