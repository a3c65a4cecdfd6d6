// The pictures of pins: a disc in the colour of the category's family with its icon, drawn once for each appearance.
import bar from "lucide-static/icons/wine.svg";
import bakery from "lucide-static/icons/croissant.svg";
import beauty from "lucide-static/icons/sparkles.svg";
import books from "lucide-static/icons/book.svg";
import cafe from "lucide-static/icons/coffee.svg";
import culture from "lucide-static/icons/clapperboard.svg";
import electronics from "lucide-static/icons/smartphone.svg";
import fashion from "lucide-static/icons/shirt.svg";
import fast_food from "lucide-static/icons/sandwich.svg";
import grocery from "lucide-static/icons/shopping-basket.svg";
import hairdresser from "lucide-static/icons/scissors.svg";
import health from "lucide-static/icons/stethoscope.svg";
import home from "lucide-static/icons/sofa.svg";
import hotel from "lucide-static/icons/bed-double.svg";
import nightclub from "lucide-static/icons/music.svg";
import other from "lucide-static/icons/map-pin.svg";
import pharmacy from "lucide-static/icons/pill.svg";
import restaurant from "lucide-static/icons/utensils.svg";
import services from "lucide-static/icons/handshake.svg";
import shop from "lucide-static/icons/shopping-bag.svg";
import sports from "lucide-static/icons/dumbbell.svg";

const ICONS = { restaurant, fast_food, cafe, bar, nightclub, hotel, grocery, bakery, fashion, hairdresser, beauty, pharmacy, health, home, electronics, books, sports, culture, services, shop, other };
const FAMILIES = {
  "#c2410c": ["restaurant", "fast_food"],
  "#8a5a12": ["cafe", "bakery"],
  "#86307a": ["bar", "nightclub"],
  "#2c7a3f": ["grocery"],
  "#b0305f": ["fashion", "hairdresser", "beauty"],
  "#0f766e": ["pharmacy", "health"],
  "#4748b5": ["culture", "books"],
  "#1c6ba0": ["sports", "hotel"],
  "#57606b": ["home", "electronics", "services", "shop", "other"],
};
const COLOUR = Object.fromEntries(Object.entries(FAMILIES).flatMap(([colour, names]) => names.map((name) => [name, colour])));
const PAPER = { light: "#ffffff", dark: "#161311" };
const DEAL = "#c8321b";

function drawn(svg) {
  return new Promise((done, failed) => {
    const white = svg.replace(/<!--.*?-->/gs, "").replaceAll("currentColor", "#ffffff").replace(/width="24"/, 'width="64"').replace(/height="24"/, 'height="64"');
    const image = new Image(64, 64);
    image.onload = () => done(image);
    image.onerror = failed;
    image.src = `data:image/svg+xml,${encodeURIComponent(white)}`;
  });
}

function canvas(width, height) {
  const sheet = document.createElement("canvas");
  sheet.width = width;
  sheet.height = height;
  return sheet.getContext("2d");
}

const disc = (pen, x, y, radius, colour) => {
  pen.fillStyle = colour;
  pen.beginPath();
  pen.arc(x, y, radius, 0, 2 * Math.PI);
  pen.fill();
};

function pin(icon, colour, paper, deal) {
  const pen = canvas(60, 60);
  disc(pen, 30, 30, 27, paper);
  disc(pen, 30, 30, 23, colour);
  pen.drawImage(icon, 17, 17, 26, 26);
  if (deal) {
    disc(pen, 48, 12, 12, paper);
    disc(pen, 48, 12, 8.5, DEAL);
  }
  return pen.getImageData(0, 0, 60, 60);
}

function chosen(icon, paper, deal) {
  const pen = canvas(88, 108);
  pen.fillStyle = paper;
  for (const [edge, colour] of [[0, paper], [4, DEAL]]) {
    pen.fillStyle = colour;
    pen.beginPath();
    pen.arc(44, 44, 42 - edge, 0.8 * Math.PI, 0.2 * Math.PI);
    pen.lineTo(44, 106 - 1.6 * edge);
    pen.closePath();
    pen.fill();
  }
  pen.drawImage(icon, 24, 22, 40, 40);
  if (deal) {
    disc(pen, 74, 14, 13, paper);
    disc(pen, 74, 14, 9, "#f5a524");
  }
  return pen.getImageData(0, 0, 88, 108);
}

export async function pictures(theme) {
  const paper = PAPER[theme];
  const made = await Promise.all(
    Object.entries(ICONS).map(async ([name, svg]) => {
      const icon = await drawn(svg);
      return [
        [`pin:${name}`, pin(icon, COLOUR[name], paper, false)],
        [`pin:${name}:deal`, pin(icon, COLOUR[name], paper, true)],
        [`chosen:${name}`, chosen(icon, paper, false)],
        [`chosen:${name}:deal`, chosen(icon, paper, true)],
      ];
    }),
  );
  return made.flat();
}
