"""Made-up answers of a language model: about 28 tokens each, no two alike, always the same ones in the same order.

No piece between two punctuation marks occurs twice either, so a cache of phrases gains nothing here. How an answer
begins differs as it does with real models: a clause of two words, or a sentence of twelve.
"""

import random
import re

TOKENS = range(25, 32)

FRAMES = [
    "The {place} on {street} Street opens at {hour} in the morning. Bring your {thing} along, because the {person} at the {spot} asks for {number} of them.",
    "You could cook {dish} with {side} tonight. It takes about {number} minutes, and most of that goes into {doing} the {side2} near the {spot}.",
    "{city} is usually {weather} in {month}, so pack a {thing} and a {thing2}. Evenings by the {spot} are {weather2}, the {person} says.",
    "Most {animal} sleep {number} hours a day, often near a {spot}. When {month} turns {weather}, they start {doing} close to the {place} instead.",
    "In {month} the {person} from {city} opened a {place} beside the {spot}. It is known for {weather} days and {number} kinds of {dish}.",
    "To clean a {thing}, mix {number} spoons of {side} with warm water. Keep {doing} it for {number2} minutes until the {thing2} looks dry.",
    "Yes, the {person} left {city} in {month}. The {thing} stayed behind in the {place}, where {number} {animal} now live beside the {spot}.",
    "That depends on the {thing} you have. With {dish} and {side}, {number} minutes of {doing} in the {place} are enough for a {weather} evening.",
    "Well, {animal} like {side} more than {dish}. Try putting {number} spoons of it beside the {spot} before the {person} starts {doing} again.",
    "The next bus to {city} leaves the {place} at {hour}. It stops near the {spot} on {street} Street, about {number} minutes before {month} traffic.",
    "There are {number} {animal} in the {place} of {city}. The {person} counts them every {month} while {doing} around the {weather} {spot} with a {thing}.",
    "I found {number} recipes for {dish}. The quickest one needs {side}, a {thing}, and {number2} minutes of {doing} beside a {weather} {spot}.",
    "A {person} in {city} once carried {number} {animal} across the {spot}. People on {street} Street still tell that story while {doing} their {dish}.",
    "Because {month} was so {weather}, the {place} lost {number} trees. The {person} now keeps a {thing} by the {spot} for {doing} new ones.",
    "Probably {number} hours, if the road past {city} is {weather}. The {place} on {street} Street sells {dish} and {side} until {hour}.",
    "First put the {thing} under the {spot}. Then add {number} cups of {side}, and go on {doing} until the {dish} smells {weather}.",
]

WORDS = {
    "place": "library bakery museum pharmacy harbor theater stadium gallery clinic market bookshop workshop".split(),
    "street": "Maple Harbor Chestnut Willow Mill Church Bridge Garden Castle River Orchard Station".split(),
    "hour": "six;seven;eight;nine;ten;half past six;a quarter to nine;half past eight;a quarter past ten".split(";"),
    "thing": "passport raincoat lantern ladder backpack blanket kettle compass toolbox notebook umbrella basket".split(),
    "person": "gardener teacher captain baker painter doctor carpenter singer farmer pilot tailor librarian".split(),
    "spot": "fountain window entrance staircase river meadow chimney lighthouse bridge counter garden tower".split(),
    "number": "three four five six seven eight nine eleven twelve fourteen fifteen twenty thirty forty sixty".split(),
    "dish": "lentil soup;fried rice;roast chicken;apple pie;mushroom stew;bean salad;grilled trout;plum cake".split(";"),
    "side": "lemon;garlic;fresh basil;brown sugar;black pepper;olive oil;white vinegar;ginger;butter;honey".split(";"),
    "doing": "washing chopping stirring folding brushing polishing carrying sorting painting wrapping".split(),
    "city": "Lisbon Oslo Toronto Prague Dublin Boston Vienna Nairobi Seville Helsinki Denver Geneva".split(),
    "weather": "rainy windy sunny foggy stormy cloudy chilly humid frosty mild".split(),
    "month": "January February March April May June July August September October November December".split(),
    "animal": "otters foxes herons badgers turtles beavers owls hedgehogs rabbits seals".split(),
}


def tokens(text: str) -> list[str]:
    """The text in pieces of about the size of a model's tokens; joined they are the text."""
    pieces = []
    for piece in re.findall(r"\s?\w+|[^\w\s]", text):
        cut = 8 if piece[0].isspace() else 7
        pieces += [piece] if len(piece) <= cut + 2 else [piece[:cut], piece[cut:]]
    return pieces


def answers(count: int, seed: int = 4) -> list[str]:
    """The first `count` answers."""
    source = random.Random(seed)
    found: list[str] = []
    pieces_seen: set[str] = set()
    while len(found) < count:
        text = re.sub(r"\{([a-z]+)2?\}", lambda slot: source.choice(WORDS[slot[1]]), source.choice(FRAMES))
        pieces = {piece.strip().lower() for piece in re.split(r"[.,;:?!]", text)} - {"", "well", "yes"}
        if len(tokens(text)) in TOKENS and not pieces & pieces_seen:
            pieces_seen |= pieces
            found.append(text)
    return found
