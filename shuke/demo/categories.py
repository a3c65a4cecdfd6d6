"""OpenStreetMap's tags in our few categories: https://wiki.openstreetmap.org/wiki/Map_features"""

from collections.abc import Mapping

from shuke.demo.types import Category

_VALUES: dict[Category, str] = {
    Category.restaurant: "amenity=restaurant,food_court",
    Category.fast_food: "amenity=fast_food",
    Category.cafe: "amenity=cafe,ice_cream",
    Category.bar: "amenity=bar,pub,biergarten craft=brewery",
    Category.nightclub: "amenity=nightclub,casino",
    Category.hotel: "tourism=hotel,hostel,guest_house,apartment,motel",
    Category.grocery: "shop=supermarket,convenience,kiosk,grocery,greengrocer,deli,butcher,alcohol,beverages,tea,coffee,"
    "health_food,cheese,seafood amenity=marketplace",
    Category.bakery: "shop=bakery,confectionery,pastry,chocolate",
    Category.fashion: "shop=clothes,shoes,jewelry,boutique,bag,handbags,leather,hat,hats,watches,gold,fabric,baby_goods,"
    "second_hand,fur,fashion_accessories craft=jeweller,clockmaker",
    Category.hairdresser: "shop=hairdresser",
    Category.beauty: "shop=beauty,cosmetics,massage,nails,nailstudio,beauty_salon,tattoo,perfumery",
    Category.pharmacy: "amenity=pharmacy shop=chemist",
    Category.health: "amenity=dentist,doctors,clinic shop=optician,hearing_aids,medical_supply "
    "healthcare=alternative,clinic,dentist,doctor,physiotherapist,optometrist",
    Category.home: "shop=furniture,interior_decoration,houseware,kitchen,cookware,bed,carpet,hardware,doityourself,florist,"
    "appliances,candles,frame,antiques,garden_centre,curtain,lighting,paint",
    Category.electronics: "shop=electronics,mobile_phone,computer,hifi,photo,camera",
    Category.books: "shop=books,music,musical_instrument,records,stationery,newsagent,anime,games,video_games",
    Category.sports: "shop=sports,outdoor,bicycle leisure=fitness_centre,sports_centre,dance,miniature_golf",
    Category.culture: "amenity=cinema,theatre,arts_centre tourism=museum,gallery shop=art,ticket",
    Category.services: "shop=laundry,dry_cleaning,tailor,travel_agency,pawnbroker,locksmith,locks,car_repair,copyshop "
    "amenity=bureau_de_change,car_rental,driving_school,coworking_space,animal_boarding "
    "craft=shoemaker,electronics_repair,tailor,locksmith",
}

_CATEGORIES = {
    (key, value): category
    for category, tags in _VALUES.items()
    for key, _, values in (tag.partition("=") for tag in tags.split())
    for value in values.split(",")
}
_KEYS = ("amenity", "shop", "tourism", "craft", "leisure", "healthcare")
_NO_SHOPS = {"no", "vacant", "mall", "funeral_directors"}
"""A mall is a building full of other places; the others have no regulars."""


def categorise(tags: Mapping[str, str]) -> tuple[Category, str] | None:
    """The category and the tag that made it; None where the place is none of ours.

    An unknown shop is a shop. Streets and routes that carry such a tag by mistake are none.
    """
    if tags.get("type") in ("street", "route"):
        return None
    for key in _KEYS:
        for value in (part.strip() for part in tags.get(key, "").split(";")):
            if (key, value) in _CATEGORIES:
                return _CATEGORIES[key, value], f"{key}={value}"
    shop = tags.get("shop", "")
    return (Category.shop, f"shop={shop}") if shop and shop not in _NO_SHOPS else None
