/** The embedded catalog: five products that show each case a product can be in. */
export const sampleCatalog = `
create table Product (Id integer primary key, Title text not null);
create table Image (Id integer primary key, Url text not null);
create table ProductImages (
  ProductId integer not null references Product (Id),
  ImageId integer not null references Image (Id),
  ImageIndex integer not null
);
create table ProductDescription (
  Id integer primary key,
  ProductId integer not null references Product (Id),
  CountryCode text not null,
  OriginalText text,
  TranslatedText text
);
create index ProductImages_ProductId on ProductImages (ProductId);
create index ProductDescription_ProductId on ProductDescription (ProductId);

insert into Product values
  (1, 'Product 1'), (2, 'Product 2'), (3, 'Product 3'), (4, 'Product 4'), (5, 'Product 5');
insert into Image values
  (1, 'https://example.com/image1.jpg'), (2, 'https://example.com/image2.jpg'),
  (3, 'https://example.com/image3.jpg'), (4, 'https://example.com/image4.jpg');
insert into ProductImages values
  (1, 1, 0), (1, 2, 0), (2, 2, 1), (3, 3, 0), (3, 4, 1), (4, 4, 0);
insert into ProductDescription values
  (1, 1, 'US', 'Original text 1', 'Translated text 1'),
  (2, 1, 'UK', 'Original text 2', 'Translated text 2'),
  (3, 3, 'us', 'Original text 3', null),
  (4, 3, 'FR', 'Texte 3', 'Translated text 3'),
  (5, 4, 'FR', 'Texte 4', null),
  (6, 5, 'US', 'Original text 5', '  ');
`
