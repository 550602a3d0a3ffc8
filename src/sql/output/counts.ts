/** What an export counts as it goes. */
export interface Counts {
  /** One for each product, image and description. */
  readonly rows: number
  readonly products: number
  readonly products_without_image: number
  readonly products_without_description: number
  /** Products with more than one image of index 0. */
  readonly products_with_several_images: number
}

export const noCounts: Counts = {
  rows: 0,
  products: 0,
  products_without_image: 0,
  products_without_description: 0,
  products_with_several_images: 0,
}
