// One way to ask the backend: JSON, or an error whose text a reader can act on.

export const LOCAL = "/api/local/v1";

export class AskError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

export async function ask<T>(path: string, signal?: AbortSignal): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, { headers: { accept: "application/json" }, ...(signal ? { signal } : {}) });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new AskError(0, "The backend does not answer. Is `sightline local serve` still running?");
  }
  if (response.ok) return (await response.json()) as T;
  throw new AskError(response.status, await reason(response));
}

async function reason(response: Response): Promise<string> {
  if (response.status === 403) return "A key is needed here: open the console once as /?key=…";
  try {
    const body = (await response.json()) as { errors?: string[] };
    return body.errors?.join("; ") || `The backend answered ${response.status}`;
  } catch {
    return `The backend answered ${response.status}`;
  }
}

/** Append what is set to a path, as a query string. */
export function withQuery(path: string, query: Record<string, string | number | boolean | null | undefined>): string {
  const made = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== "" && value !== false) made.set(key, String(value));
  }
  const text = made.toString();
  return text ? `${path}?${text}` : path;
}
