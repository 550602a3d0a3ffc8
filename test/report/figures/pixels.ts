import sharp from 'sharp'

export async function imageSize(png: Uint8Array): Promise<{ width: number; height: number }> {
  const { width, height } = await sharp(png).metadata()
  return { width, height }
}

/** How many pixels are darker than mid grey. */
export async function darkPixels(png: Uint8Array): Promise<number> {
  const pixels = await sharp(png).removeAlpha().greyscale().raw().toBuffer()
  return pixels.filter((value) => value < 128).length
}
