/**
 * Matrices and quaternions, written in the kernel language: the compiler compiles these functions for every
 * device, and `debug: 'source'` calls them as they are. A matrix is its columns; a quaternion is a vec4, x y z the
 * imaginary parts. Each function stands by itself.
 */
import type { Matrix, Vector } from './face.ts';

type Times<L extends 2 | 3 | 4> = (m: Matrix<L>, v: Vector<L>) => Vector<L>;
type OfTwo<L extends 2 | 3 | 4> = (m: Matrix<L>, n: Matrix<L>) => Columns<L>;
/** A matrix as a list of columns. */
export type Columns<L extends 2 | 3 | 4> = readonly Vector<L>[];
type XYZW = { readonly x: number; readonly y: number; readonly z: number; readonly w: number };

interface OfSize<L extends 2 | 3 | 4> {
  readonly timesVector: Times<L>;
  readonly timesMatrix: OfTwo<L>;
  readonly timesNumber: (m: Matrix<L>, k: number) => Columns<L>;
  readonly add: OfTwo<L>;
  readonly sub: OfTwo<L>;
  readonly transpose: (m: Matrix<L>) => readonly { readonly x: number; readonly y: number }[];
  readonly determinant: (m: Matrix<L>) => number;
  /** The adjugate divided by the determinant; of a singular matrix: infinities and NaN. */
  readonly inverse: (m: Matrix<L>) => readonly { readonly x: number; readonly y: number }[];
}

export const matrixFunctions: { readonly [L in 2 | 3 | 4]: OfSize<L> } = {
  2: {
    timesVector: (m, v) => m[0].mul(v.x).add(m[1].mul(v.y)),
    timesMatrix: (m, n) => [m[0].mul(n[0].x).add(m[1].mul(n[0].y)), m[0].mul(n[1].x).add(m[1].mul(n[1].y))],
    timesNumber: (m, k) => [m[0].mul(k), m[1].mul(k)],
    add: (m, n) => [m[0].add(n[0]), m[1].add(n[1])],
    sub: (m, n) => [m[0].sub(n[0]), m[1].sub(n[1])],
    transpose: (m) => [{ x: m[0].x, y: m[1].x }, { x: m[0].y, y: m[1].y }],
    determinant: (m) => m[0].x * m[1].y - m[1].x * m[0].y,
    inverse: (m) => {
      const d = m[0].x * m[1].y - m[1].x * m[0].y;
      return [{ x: m[1].y / d, y: -m[0].y / d }, { x: -m[1].x / d, y: m[0].x / d }];
    },
  },
  3: {
    timesVector: (m, v) => m[0].mul(v.x).add(m[1].mul(v.y)).add(m[2].mul(v.z)),
    timesMatrix: (m, n) => {
      const times = (v: Vector<3>): Vector<3> => m[0].mul(v.x).add(m[1].mul(v.y)).add(m[2].mul(v.z));
      return [times(n[0]), times(n[1]), times(n[2])];
    },
    timesNumber: (m, k) => [m[0].mul(k), m[1].mul(k), m[2].mul(k)],
    add: (m, n) => [m[0].add(n[0]), m[1].add(n[1]), m[2].add(n[2])],
    sub: (m, n) => [m[0].sub(n[0]), m[1].sub(n[1]), m[2].sub(n[2])],
    transpose: (m) => [{ x: m[0].x, y: m[1].x, z: m[2].x }, { x: m[0].y, y: m[1].y, z: m[2].y }, { x: m[0].z, y: m[1].z, z: m[2].z }],
    determinant: (m) => m[0].dot(m[1].cross(m[2])),
    inverse: (m) => {
      const [a, b, c] = [m[1].cross(m[2]), m[2].cross(m[0]), m[0].cross(m[1])];
      const d = m[0].dot(a);
      return [{ x: a.x / d, y: b.x / d, z: c.x / d }, { x: a.y / d, y: b.y / d, z: c.y / d }, { x: a.z / d, y: b.z / d, z: c.z / d }];
    },
  },
  4: {
    timesVector: (m, v) => m[0].mul(v.x).add(m[1].mul(v.y)).add(m[2].mul(v.z)).add(m[3].mul(v.w)),
    timesMatrix: (m, n) => {
      const times = (v: Vector<4>): Vector<4> => m[0].mul(v.x).add(m[1].mul(v.y)).add(m[2].mul(v.z)).add(m[3].mul(v.w));
      return [times(n[0]), times(n[1]), times(n[2]), times(n[3])];
    },
    timesNumber: (m, k) => [m[0].mul(k), m[1].mul(k), m[2].mul(k), m[3].mul(k)],
    add: (m, n) => [m[0].add(n[0]), m[1].add(n[1]), m[2].add(n[2]), m[3].add(n[3])],
    sub: (m, n) => [m[0].sub(n[0]), m[1].sub(n[1]), m[2].sub(n[2]), m[3].sub(n[3])],
    transpose: (m) => [
      { x: m[0].x, y: m[1].x, z: m[2].x, w: m[3].x }, { x: m[0].y, y: m[1].y, z: m[2].y, w: m[3].y },
      { x: m[0].z, y: m[1].z, z: m[2].z, w: m[3].z }, { x: m[0].w, y: m[1].w, z: m[2].w, w: m[3].w },
    ],
    // By the 2 x 2 minors of the first two columns and of the last two (Laplace's expansion).
    determinant: (m) => {
      const [a, b, c, e] = [m[0], m[1], m[2], m[3]];
      return (a.x * b.y - b.x * a.y) * (c.z * e.w - e.z * c.w) - (a.x * b.z - b.x * a.z) * (c.y * e.w - e.y * c.w)
        + (a.x * b.w - b.x * a.w) * (c.y * e.z - e.y * c.z) + (a.y * b.z - b.y * a.z) * (c.x * e.w - e.x * c.w)
        - (a.y * b.w - b.y * a.w) * (c.x * e.z - e.x * c.z) + (a.z * b.w - b.z * a.w) * (c.x * e.y - e.x * c.y);
    },
    inverse: (m) => {
      const [a, b, c, e] = [m[0], m[1], m[2], m[3]];
      const s0 = a.x * b.y - b.x * a.y;
      const s1 = a.x * b.z - b.x * a.z;
      const s2 = a.x * b.w - b.x * a.w;
      const s3 = a.y * b.z - b.y * a.z;
      const s4 = a.y * b.w - b.y * a.w;
      const s5 = a.z * b.w - b.z * a.w;
      const c0 = c.x * e.y - e.x * c.y;
      const c1 = c.x * e.z - e.x * c.z;
      const c2 = c.x * e.w - e.x * c.w;
      const c3 = c.y * e.z - e.y * c.z;
      const c4 = c.y * e.w - e.y * c.w;
      const c5 = c.z * e.w - e.z * c.w;
      const d = s0 * c5 - s1 * c4 + s2 * c3 + s3 * c2 - s4 * c1 + s5 * c0;
      return [
        { x: (b.y * c5 - b.z * c4 + b.w * c3) / d, y: (a.z * c4 - a.y * c5 - a.w * c3) / d, z: (e.y * s5 - e.z * s4 + e.w * s3) / d, w: (c.z * s4 - c.y * s5 - c.w * s3) / d },
        { x: (b.z * c2 - b.x * c5 - b.w * c1) / d, y: (a.x * c5 - a.z * c2 + a.w * c1) / d, z: (e.z * s2 - e.x * s5 - e.w * s1) / d, w: (c.x * s5 - c.z * s2 + c.w * s1) / d },
        { x: (b.x * c4 - b.y * c2 + b.w * c0) / d, y: (a.y * c2 - a.x * c4 - a.w * c0) / d, z: (e.x * s4 - e.y * s2 + e.w * s0) / d, w: (c.y * s2 - c.x * s4 - c.w * s0) / d },
        { x: (b.y * c1 - b.x * c3 - b.z * c0) / d, y: (a.x * c3 - a.y * c1 + a.z * c0) / d, z: (e.y * s1 - e.x * s3 - e.z * s0) / d, w: (c.x * s3 - c.y * s1 + c.z * s0) / d },
      ];
    },
  },
};

export const quaternionFunctions = {
  /** Hamilton's product: first `b`, then `a`, as rotations. */
  qmul: (a: Vector<4>, b: Vector<4>): XYZW => ({
    x: a.w * b.x + a.x * b.w + a.y * b.z - a.z * b.y,
    y: a.w * b.y - a.x * b.z + a.y * b.w + a.z * b.x,
    z: a.w * b.z + a.x * b.y - a.y * b.x + a.z * b.w,
    w: a.w * b.w - a.x * b.x - a.y * b.y - a.z * b.z,
  }),
  conjugate: (q: Vector<4>): XYZW => ({ x: -q.x, y: -q.y, z: -q.z, w: q.w }),
  /** v turned by a unit quaternion: v + 2w (u x v) + 2 u x (u x v), u its imaginary part. */
  rotate: (q: Vector<4>, v: Vector<3>): Vector<3> => {
    const u = q.xyz;
    const t = u.cross(v).mul(2);
    return v.add(t.mul(q.w)).add(u.cross(t));
  },
  /** Along the shorter great circle; straight where the two almost meet (Shoemake, SIGGRAPH 1985). */
  slerp: (a: Vector<4>, b: Vector<4>, t: number): Vector<4> => {
    const cosine = a.dot(b);
    const sign = cosine < 0 ? -1 : 1;
    const size = cosine * sign;
    if (size > 0.9995) return a.mul(1 - t).add(b.mul(t * sign)).normalize();
    const angle = Math.acos(size);
    const sine = Math.sin(angle);
    return a.mul(Math.sin((1 - t) * angle) / sine).add(b.mul(Math.sin(t * angle) / sine * sign));
  },
  /** The rotation as a matrix. */
  toMatrix: (q: Vector<4>): readonly { readonly x: number; readonly y: number; readonly z: number }[] => [
    { x: 1 - 2 * (q.y * q.y + q.z * q.z), y: 2 * (q.x * q.y + q.w * q.z), z: 2 * (q.x * q.z - q.w * q.y) },
    { x: 2 * (q.x * q.y - q.w * q.z), y: 1 - 2 * (q.x * q.x + q.z * q.z), z: 2 * (q.y * q.z + q.w * q.x) },
    { x: 2 * (q.x * q.z + q.w * q.y), y: 2 * (q.y * q.z - q.w * q.x), z: 1 - 2 * (q.x * q.x + q.y * q.y) },
  ],
} as const;

/** A turn by `angle` radians around `axis`, a unit vector. */
export const quat = (axis: Vector<3>, angle: number): XYZW => {
  const s = Math.sin(angle / 2);
  return { x: axis.x * s, y: axis.y * s, z: axis.z * s, w: Math.cos(angle / 2) };
};
