/** A port of a kernel and where what it sends goes, by id: the kernel there may come and go. */
export interface Route {
  readonly from: string;
  readonly port: string;
  readonly to: string;
}

/** What is connected to what, by ids, whether or not the target is launched. */
export class Routes {
  /** By sender, then by port. */
  readonly #routes = new Map<string, Map<string, Route>>();

  set(from: string, port: string, to: string): Route {
    const route = { from, port, to };
    let ports = this.#routes.get(from);
    if (ports === undefined) this.#routes.set(from, ports = new Map());
    ports.set(port, route);
    return route;
  }

  get(from: string, port: string): Route | undefined {
    return this.#routes.get(from)?.get(port);
  }

  delete(from: string, port: string): void {
    this.#routes.get(from)?.delete(port);
  }

  /** The sender has ended, and its routes with it. */
  deleteFrom(from: string): void {
    this.#routes.delete(from);
  }

  /** Routes into one kernel. */
  *to(id: string): Generator<Route> {
    for (const route of this) if (route.to === id) yield route;
  }

  *[Symbol.iterator](): Generator<Route> {
    for (const ports of this.#routes.values()) yield* ports.values();
  }
}
