/** What titles of demo products are made of, in this order; the first and the last may be left out. */
export const titleWords = {
  brand: [
    ...['Nordholm', 'Casa Lino', 'Bergström', 'Atelier Roux', 'Marlow & Finch', 'Kitanaka'],
    ...['Oakridge', 'Vela', 'Müller+Söhne', 'Blue Harbor', 'Sana', 'Pilar', "O'Dell", 'Tern'],
  ],
  adjective: [
    ...[
      'Slim-Fit',
      'Oversized',
      'Classic',
      'Lightweight',
      'Quilted',
      'Washed',
      'Ribbed',
      'Pleated',
    ],
    ...['Cropped', 'Water-Repellent', 'Hand-Finished', 'Relaxed', 'Striped', 'Double-Breasted'],
  ],
  material: [
    ...['Cotton', 'Linen', 'Merino Wool', 'Denim', 'Suede', 'Organic Cotton', 'Silk', 'Leather'],
    ...['Recycled Nylon', 'Corduroy', 'Cashmere', 'Jersey', 'Canvas', 'Viscose'],
  ],
  kind: [
    ...[
      'Shirt',
      'T-Shirt',
      'Trousers',
      'Dress',
      'Coat',
      'Sandals',
      'Sneakers',
      'Bag',
      'Ankle Boots',
    ],
    ...['Pullover', 'Jacket', 'Skirt', 'Scarf', 'Cardigan', 'Belt', 'Chinos', 'Blouse', 'Parka'],
  ],
  color: [
    ...['Navy Blue', 'Off-White', 'Charcoal', 'Olive', 'Burgundy', 'Sand', 'Black', 'Sky Blue'],
    ...['Rust', 'Forest Green', 'Heather Grey', 'Rosé', 'Mustard', 'Ecru'],
  ],
} as const

interface Language {
  readonly countries: readonly string[]
  readonly sentences: readonly string[]
}

/** The sentences of descriptions, as if they came from shops of several countries. */
export const languages = {
  english: {
    countries: ['UK', 'uk', 'AU', 'IE'],
    sentences: [
      'Cut from a soft fabric that keeps its shape after many washes.',
      'A relaxed fit with dropped shoulders and a straight hem.',
      'Finished with horn buttons, one inside pocket and a hidden zip.',
      'Machine wash at 30 °C, do not tumble dry; iron on the reverse.',
      'Our model is 5\'11" and wears size M.',
      'Fully lined; the lining is made of recycled bottles.',
      'Made in a small family workshop, in batches of 200.',
      'Designed for mild days: layer it over a shirt, or wear it alone.',
      'Adjustable straps, reinforced seams, and a water-repellent finish.',
      'Pairs well with denim, chinos and everything in between.',
    ],
  },
  german: {
    countries: ['DE', 'AT', 'de'],
    sentences: [
      'Aus weichem Stoff, der auch nach vielen Wäschen in Form bleibt.',
      'Lässiger Schnitt mit überschnittenen Schultern und geradem Saum.',
      'Maschinenwäsche bei 30 °C, nicht in den Trockner; größengerecht.',
      'Innen vollständig gefüttert, außen wasserabweisend – für jedes Wetter.',
      'Mit Hornknöpfen, Innentasche und verdecktem Reißverschluss.',
    ],
  },
  french: {
    countries: ['FR', 'BE', 'fr'],
    sentences: [
      "Coupe décontractée, épaules tombantes ; l'ourlet est droit.",
      'Taillé dans un tissu doux qui garde sa forme, lavage après lavage.',
      'Lavage en machine à 30 °C. Ne pas sécher en tambour.',
      'Fermeture éclair cachée, boutons en corne et poche intérieure.',
    ],
  },
  japanese: {
    countries: ['JP'],
    sentences: [
      '柔らかな生地を使用し、洗濯を重ねても型崩れしません。',
      'ゆったりとしたシルエットで、季節を問わず着られます。',
      '「日本製」 30℃以下の水で手洗いしてください。',
    ],
  },
  arabic: {
    countries: ['AE', 'EG'],
    sentences: [
      'مصنوع من قماش ناعم يحافظ على شكله بعد الغسيل.',
      'قصّة مريحة بأكتاف منسدلة وحافة مستقيمة.',
      'يُغسل في الغسالة على 30 درجة مئوية.',
    ],
  },
} as const satisfies Record<string, Language>
