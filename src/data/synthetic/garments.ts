import type { fashionClasses } from '../fashion-classes.js'
import { bag } from './bag.js'
import type { Garment } from './garment.js'
import { ankleBoot, sandal, sneaker } from './shoes.js'
import { coat, dress, pullover, shirt, tShirt } from './tops.js'
import { trouser } from './trouser.js'

/** What draws each class, by its name. */
export const garments = {
  'T-shirt/top': tShirt,
  Trouser: trouser,
  Pullover: pullover,
  Dress: dress,
  Coat: coat,
  Sandal: sandal,
  Shirt: shirt,
  Sneaker: sneaker,
  Bag: bag,
  'Ankle boot': ankleBoot,
} satisfies Record<(typeof fashionClasses)[number], Garment>
