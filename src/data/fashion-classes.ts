/** The ten classes of Fashion-MNIST under Zalando's names, in the order of its label numbers. */
export const fashionClasses = [
  'T-shirt/top',
  'Trouser',
  'Pullover',
  'Dress',
  'Coat',
  'Sandal',
  'Shirt',
  'Sneaker',
  'Bag',
  'Ankle boot',
] as const

/** Height, width and channels of a Fashion-MNIST image. */
export const fashionShape = [28, 28, 1] as const
