"""What the shop sells: thirty products, the same in every run."""

from __future__ import annotations

from dataclasses import dataclass

CURRENCY = "EUR"


@dataclass(frozen=True, slots=True)
class Product:
    """One product; `price` in minor units."""

    id: str
    name: str
    description: str
    price: int


_LEAVES = (
    ("assam", "Assam tea", "Malty black tea from the Brahmaputra valley, 100 g", 690),
    ("darjeeling", "Darjeeling tea", "First flush, light and flowery, 100 g", 1290),
    ("earl-grey", "Earl Grey tea", "Black tea with bergamot, 100 g", 750),
    ("sencha", "Sencha tea", "Steamed green tea from Shizuoka, 100 g", 980),
    ("genmaicha", "Genmaicha tea", "Green tea with roasted rice, 100 g", 820),
    ("oolong", "Oolong tea", "Half fermented, from Anxi, 100 g", 1150),
    ("rooibos", "Rooibos tea", "Without caffeine, from the Cederberg, 100 g", 590),
    ("mint", "Mint tea", "Whole dried leaves, 50 g", 450),
    ("chai", "Chai tea", "Black tea with cardamom, ginger and clove, 100 g", 790),
    ("jasmine", "Jasmine tea", "Green tea scented with blossoms, 100 g", 1090),
)
_BEANS = (
    ("espresso", "Espresso coffee", "Dark roast for the machine, 250 g", 890),
    ("filter", "Filter coffee", "Medium roast, chocolate and nut, 250 g", 850),
    ("ethiopia", "Ethiopia coffee", "Light roast, washed, lemon and jasmine, 250 g", 1190),
    ("colombia", "Colombia coffee", "Medium roast, caramel, 250 g", 1090),
    ("decaf", "Decaf coffee", "Swiss water process, 250 g", 1150),
    ("kenya", "Kenya coffee", "Light roast, blackcurrant, 250 g", 1290),
    ("sumatra", "Sumatra coffee", "Wet hulled, cedar and spice, 250 g", 1090),
    ("cold-brew", "Cold brew coffee", "Coarse ground in filter bags, 4 x 60 g", 1390),
)
_THINGS = (
    ("mug-white", "White mug", "Stoneware, 300 ml", 990),
    ("mug-blue", "Blue mug", "Stoneware, 300 ml", 990),
    ("mug-travel", "Travel mug", "Steel with a lid, 400 ml", 2490),
    ("cup-espresso", "Espresso cup", "Porcelain, 80 ml, with a saucer", 790),
    ("cup-tea", "Tea cup", "Porcelain, 200 ml", 890),
    ("pot-glass", "Glass tea pot", "With a strainer, 1 l", 3490),
    ("pot-iron", "Cast iron tea pot", "Enamelled, 0.8 l", 5990),
    ("pot-moka", "Moka pot", "For three cups", 2990),
    ("kettle", "Gooseneck kettle", "For pouring slowly, 1 l", 4490),
    ("scale", "Brewing scale", "Accurate to 0.1 g, with a timer", 3990),
    ("grinder", "Hand grinder", "Conical steel burrs", 6990),
    ("strainer", "Tea strainer", "Fine mesh", 650),
)

PRODUCTS = tuple(Product(*row) for row in (*_LEAVES, *_BEANS, *_THINGS))
