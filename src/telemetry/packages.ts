import { fail } from '../error/index.ts';

/** Loads a package that is installed only where it is wanted. Throws `PackageMissing`. */
export async function optional<T>(name: string, purpose: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    throw fail('PackageMissing', { package: name, purpose }, cause as Error);
  }
}
