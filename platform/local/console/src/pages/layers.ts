// Where services stand on the map: callers left of what they call, crossings few.
import type { ServiceMap } from "../data/types.ts";

export interface Placed {
  service: string;
  column: number;
  row: number;
}

/** Give every service a column (the longest way from one that nobody calls) and a row. Circles are cut. */
export function layers(map: ServiceMap): Placed[] {
  const names = map.nodes.map((node) => node.service);
  const calls = new Map(names.map((name) => [name, map.edges.filter((edge) => edge.from === name).map((edge) => edge.to)]));
  const called = new Set(map.edges.map((edge) => edge.to));
  const column = new Map<string, number>();

  function visit(name: string, at: number, way: Set<string>): void {
    if (way.has(name) || (column.get(name) ?? -1) >= at) return;
    column.set(name, at);
    way.add(name);
    for (const next of calls.get(name) ?? []) if (calls.has(next)) visit(next, at + 1, way);
    way.delete(name);
  }
  for (const name of names) if (!called.has(name)) visit(name, 0, new Set());
  for (const name of names) if (!column.has(name)) visit(name, 0, new Set());

  const columns: string[][] = [];
  for (const name of names) (columns[column.get(name) ?? 0] ??= []).push(name);
  const row = new Map<string, number>();
  columns.forEach((members = [], index) => {
    const wish = (name: string): number => {
      const above = map.edges.filter((edge) => edge.to === name && (column.get(edge.from) ?? 0) < index);
      if (above.length === 0) return 0;
      return above.reduce((sum, edge) => sum + (row.get(edge.from) ?? 0), 0) / above.length;
    };
    const sorted = members.toSorted((one, other) => wish(one) - wish(other) || one.localeCompare(other));
    sorted.forEach((name, at) => row.set(name, at - (sorted.length - 1) / 2));
  });
  return names.map((service) => ({ service, column: column.get(service) ?? 0, row: row.get(service) ?? 0 }));
}
