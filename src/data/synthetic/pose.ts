/** An affine map from garment units to pixels: x' = a x + b y + e, y' = c x + d y + f. */
export interface Pose {
  readonly a: number
  readonly b: number
  readonly c: number
  readonly d: number
  readonly e: number
  readonly f: number
}

/** How a garment lies on its image. */
export interface Stance {
  /** Pixels of one garment unit, across and down. */
  readonly width: number
  readonly height: number
  /** Tangent of half the angle of rotation, so that no sine is needed. */
  readonly halfTangent: number
  readonly shear: number
  /** Pixels from the centre. */
  readonly right: number
  readonly down: number
  readonly mirror: boolean
}

/** The map of a stance around the centre of a square image. */
export function poseOf(stance: Stance, side: number): Pose {
  const t = stance.halfTangent
  const cosine = (1 - t * t) / (1 + t * t)
  const sine = (2 * t) / (1 + t * t)
  const width = stance.mirror ? -stance.width : stance.width
  const slant = stance.shear * stance.height
  return {
    a: cosine * width,
    b: cosine * slant - sine * stance.height,
    c: sine * width,
    d: sine * slant + cosine * stance.height,
    e: side / 2 + stance.right,
    f: side / 2 + stance.down,
  }
}

/** The map from pixels back to garment units. */
export function inverse(pose: Pose): Pose {
  const determinant = pose.a * pose.d - pose.b * pose.c
  const [a, b] = [pose.d / determinant, -pose.b / determinant]
  const [c, d] = [-pose.c / determinant, pose.a / determinant]
  return { a, b, c, d, e: -(a * pose.e + b * pose.f), f: -(c * pose.e + d * pose.f) }
}
