"""Exports drawn at random, with the truth about each: a shop, a grain, names, formats.

A drawn export knows what a careful analyst would get from it, as rows of orders: what
was sold, to whom, on which day. How it is written down then is drawn beside that.
"""

from __future__ import annotations

import csv
import datetime
import io
import random
from dataclasses import dataclass, field
from pathlib import Path

# What shops call their columns, in six languages; one of each is drawn.
NAMES = {
    "en": {
        "order": [
            "Order ID",
            "order_no",
            "Order Number",
            "Invoice",
            "Order #",
            "Name",
            "OrderRef",
            "receipt_no",
            "Sales Order",
        ],
        "customer": [
            "Customer ID",
            "customer_no",
            "Client",
            "User ID",
            "CustomerKey",
            "Cust. No.",
            "member_id",
            "Account Number",
        ],
        "email": ["Email", "Customer Email", "buyer-email", "E-Mail", "Contact Email"],
        "person": ["Customer Name", "Billing Name", "Buyer"],
        "date": [
            "Order Date",
            "Created at",
            "date",
            "Purchase Date",
            "InvoiceDate",
            "order_timestamp",
            "Transaction Date",
            "Date",
        ],
        "product": ["SKU", "Product ID", "Item Code", "StockCode", "Article"],
        "title": ["Product Name", "Description", "Item Name"],
        "category": ["Category", "Department", "Product Type"],
        "quantity": ["Quantity", "Qty", "Units", "Lineitem quantity", "qty_ordered"],
        "unit_price": ["Unit Price", "UnitPrice", "Price Each", "unit_price"],
        "price": ["Price", "Item Price", "price", "item-price"],
        "line_total": ["Line Total", "Item Total", "Extended Price", "line_amount"],
        "total": ["Total", "Order Total", "Grand Total", "amount", "total_price"],
        "subtotal": ["Subtotal", "Sub-Total", "Merchandise Total"],
        "shipping": ["Shipping", "Shipping Cost", "shipping_amount", "Freight"],
        "tax": ["Tax", "VAT", "tax_amount", "Sales Tax"],
        "discount": ["Discount", "Discount Amount", "discount_amount"],
        "rate": ["Discount Rate", "Discount %", "Discount"],
        "refund": ["Refunded Amount", "Total Refunded", "refund_amount"],
        "status": ["Status", "Order Status", "Financial Status", "state"],
        "currency": ["Currency", "currency_code"],
        "country": ["Country", "Shipping Country", "Ship Country"],
        "payment": ["Payment Method", "Paid With"],
        "line": ["Line No", "order_item_id", "Item ID"],
        "paid": ["Paid at", "Payment Date", "Shipped Date"],
    },
    "de": {
        "order": [
            "Bestellnummer",
            "Bestell-Nr.",
            "Auftragsnummer",
            "Rechnungsnummer",
            "Beleg-Nr",
        ],
        "customer": ["Kundennummer", "Kunden-Nr.", "Kunde", "KundenID", "Kd-Nr"],
        "email": ["E-Mail", "E-Mail-Adresse", "Kunden E-Mail"],
        "person": ["Kundenname"],
        "date": ["Bestelldatum", "Datum", "Rechnungsdatum", "Kaufdatum"],
        "product": ["Artikelnummer", "Artikel-Nr.", "Artikel", "SKU"],
        "title": ["Bezeichnung", "Artikelbezeichnung"],
        "category": ["Warengruppe", "Kategorie"],
        "quantity": ["Menge", "Anzahl", "Stück"],
        "unit_price": ["Einzelpreis", "Stückpreis"],
        "price": ["Preis"],
        "line_total": ["Gesamtpreis", "Zeilensumme", "Positionsbetrag"],
        "total": ["Betrag", "Gesamtbetrag", "Summe", "Umsatz", "Rechnungsbetrag"],
        "subtotal": ["Zwischensumme", "Warenwert"],
        "shipping": ["Versandkosten", "Versand"],
        "tax": ["MwSt", "Steuer"],
        "discount": ["Rabatt", "Nachlass"],
        "rate": ["Rabatt %", "Rabattsatz"],
        "refund": ["Erstattet", "Erstattungsbetrag"],
        "status": ["Status", "Bestellstatus"],
        "currency": ["Währung"],
        "country": ["Land"],
        "payment": ["Zahlungsart"],
        "line": ["Position"],
        "paid": ["Lieferdatum", "Zahlungsdatum"],
    },
    "fr": {
        "order": ["N° commande", "Numéro de commande", "Facture", "Référence commande"],
        "customer": ["Client", "N° client", "Code client", "ID client"],
        "email": ["E-mail", "Courriel", "Adresse e-mail"],
        "person": ["Nom du client"],
        "date": ["Date de commande", "Date", "Date facture"],
        "product": ["Référence", "Code article", "Produit"],
        "title": ["Désignation", "Libellé"],
        "category": ["Catégorie", "Rayon"],
        "quantity": ["Quantité", "Qté"],
        "unit_price": ["Prix unitaire", "PU HT"],
        "price": ["Prix"],
        "line_total": ["Total ligne", "Montant ligne"],
        "total": ["Montant TTC", "Total", "Montant", "Total commande"],
        "subtotal": ["Sous-total"],
        "shipping": ["Frais de port", "Livraison"],
        "tax": ["TVA"],
        "discount": ["Remise", "Réduction"],
        "rate": ["Taux de remise", "Remise %"],
        "refund": ["Remboursé", "Montant remboursé"],
        "status": ["Statut", "État"],
        "currency": ["Devise"],
        "country": ["Pays"],
        "payment": ["Moyen de paiement"],
        "line": ["Ligne"],
        "paid": ["Date de livraison"],
    },
    "es": {
        "order": ["Pedido", "N.º pedido", "Número de pedido", "Factura"],
        "customer": ["Cliente", "ID cliente", "Código cliente"],
        "email": ["Correo electrónico", "Email"],
        "person": ["Nombre del cliente"],
        "date": ["Fecha", "Fecha de pedido", "Fecha compra"],
        "product": ["Código", "Referencia", "Producto", "SKU"],
        "title": ["Descripción"],
        "category": ["Categoría"],
        "quantity": ["Cantidad", "Unidades"],
        "unit_price": ["Precio unitario"],
        "price": ["Precio"],
        "line_total": ["Importe línea", "Total línea"],
        "total": ["Total", "Importe", "Importe total"],
        "subtotal": ["Subtotal"],
        "shipping": ["Gastos de envío", "Envío"],
        "tax": ["IVA", "Impuestos"],
        "discount": ["Descuento"],
        "rate": ["Descuento %"],
        "refund": ["Reembolsado", "Importe reembolsado"],
        "status": ["Estado", "Estado del pedido"],
        "currency": ["Moneda"],
        "country": ["País"],
        "payment": ["Método de pago"],
        "line": ["Línea"],
        "paid": ["Fecha de envío"],
    },
    "it": {
        "order": ["Ordine", "Numero ordine", "Fattura"],
        "customer": ["Cliente", "Codice cliente", "ID cliente"],
        "email": ["Email", "Posta elettronica"],
        "person": ["Nome cliente"],
        "date": ["Data", "Data ordine"],
        "product": ["Codice articolo", "Prodotto", "SKU"],
        "title": ["Descrizione"],
        "category": ["Categoria"],
        "quantity": ["Quantità", "Qta"],
        "unit_price": ["Prezzo unitario"],
        "price": ["Prezzo"],
        "line_total": ["Totale riga", "Importo riga"],
        "total": ["Totale", "Importo", "Totale ordine"],
        "subtotal": ["Subtotale"],
        "shipping": ["Spedizione", "Spese di spedizione"],
        "tax": ["IVA"],
        "discount": ["Sconto"],
        "rate": ["Sconto %"],
        "refund": ["Rimborsato", "Importo rimborsato"],
        "status": ["Stato", "Stato ordine"],
        "currency": ["Valuta"],
        "country": ["Paese"],
        "payment": ["Pagamento"],
        "line": ["Riga"],
        "paid": ["Data spedizione"],
    },
    "nl": {
        "order": ["Bestelnummer", "Ordernummer", "Factuurnummer"],
        "customer": ["Klantnummer", "Klant", "Klant-ID"],
        "email": ["E-mailadres", "E-mail"],
        "person": ["Klantnaam"],
        "date": ["Besteldatum", "Datum", "Factuurdatum"],
        "product": ["Artikelnummer", "Productcode"],
        "title": ["Omschrijving"],
        "category": ["Categorie"],
        "quantity": ["Aantal"],
        "unit_price": ["Stuksprijs", "Eenheidsprijs"],
        "price": ["Prijs"],
        "line_total": ["Regeltotaal"],
        "total": ["Totaal", "Bedrag", "Totaalbedrag"],
        "subtotal": ["Subtotaal"],
        "shipping": ["Verzendkosten"],
        "tax": ["BTW"],
        "discount": ["Korting"],
        "rate": ["Kortingspercentage"],
        "refund": ["Terugbetaald"],
        "status": ["Status", "Orderstatus"],
        "currency": ["Valuta"],
        "country": ["Land"],
        "payment": ["Betaalmethode"],
        "line": ["Regel"],
        "paid": ["Verzenddatum"],
    },
}
STATUSES = {
    "en": (
        ["paid", "Completed", "shipped", "processing"],
        ["cancelled", "pending", "voided", "failed"],
        ["refunded", "returned"],
    ),
    "de": (["bezahlt", "versendet"], ["storniert", "ausstehend"], ["erstattet"]),
    "fr": (["payé", "livré"], ["annulé", "en attente"], ["remboursé"]),
    "es": (["pagado", "enviado"], ["cancelado", "pendiente"], ["reembolsado"]),
    "it": (["pagato", "spedito"], ["annullato", "in attesa"], ["rimborsato"]),
    "nl": (["betaald", "verzonden"], ["geannuleerd"], ["terugbetaald"]),
}
POSTAGE = {
    "en": ("POST", "Postage"),
    "de": ("VERSAND", "Versandkosten"),
    "fr": ("PORT", "Frais de port"),
    "es": ("ENVIO", "Gastos de envío"),
    "it": ("SPED", "Spese di spedizione"),
    "nl": ("VERZ", "Verzendkosten"),
}
MONTHS = {
    "en": [
        "Jan",
        "Feb",
        "Mar",
        "Apr",
        "May",
        "Jun",
        "Jul",
        "Aug",
        "Sep",
        "Oct",
        "Nov",
        "Dec",
    ],
    "de": [
        "Jan.",
        "Feb.",
        "März",
        "Apr.",
        "Mai",
        "Juni",
        "Juli",
        "Aug.",
        "Sept.",
        "Okt.",
        "Nov.",
        "Dez.",
    ],
    "fr": [
        "janv.",
        "févr.",
        "mars",
        "avr.",
        "mai",
        "juin",
        "juil.",
        "août",
        "sept.",
        "oct.",
        "nov.",
        "déc.",
    ],
    "es": [
        "ene",
        "feb",
        "mar",
        "abr",
        "may",
        "jun",
        "jul",
        "ago",
        "sept",
        "oct",
        "nov",
        "dic",
    ],
    "it": [
        "gen",
        "feb",
        "mar",
        "apr",
        "mag",
        "giu",
        "lug",
        "ago",
        "set",
        "ott",
        "nov",
        "dic",
    ],
    "nl": [
        "jan",
        "feb",
        "mrt",
        "apr",
        "mei",
        "jun",
        "jul",
        "aug",
        "sep",
        "okt",
        "nov",
        "dec",
    ],
}
# Columns that say nothing about money, people or days, and look as if they did.
NOISE = ("Weight (kg)", "Stock", "Phone", "ZIP", "Unit Cost", "Points", "Rating")
# How lines of money are written.
SHAPES = (
    "amount",
    "unit",
    "unit_and_total",
    "price_of_one",
    "price_of_all",
    "order_total_repeated",
    "order_total_first",
    "full_order",
)


@dataclass
class Export:
    """A drawn file, and the truth about it."""

    seed: int
    text: str
    encoding: str
    suffix: str
    revenue: float
    customers: int
    orders: int
    last_order_date: str
    traits: dict[str, object] = field(default_factory=dict)
    may_refuse: bool = False
    days: str = ""  # the header of the day ordered

    def write(self, folder: Path) -> Path:
        """Write the file into a folder."""
        path = folder / f"export{self.seed}{self.suffix}"
        path.write_bytes(self.text.encode(self.encoding))
        return path

    def is_right(self, totals: dict) -> bool:
        """Whether published totals are the truth; cents may be rounded by line."""
        return (
            abs(totals["revenue"] - self.revenue) <= max(0.05, 2e-4 * abs(self.revenue))
            and totals["customers"] == self.customers
            and totals["orders"] == self.orders
            and totals["last_order_date"] == self.last_order_date
        )


@dataclass
class Line:
    """One line of an order: what was bought."""

    product: int
    quantity: int
    price: float
    off: float = 0.0
    rate: float = 0.0

    @property
    def gross(self) -> float:
        return round(self.quantity * self.price, 2)

    @property
    def net(self) -> float:
        return round(self.gross - self.off, 2)


@dataclass
class Order:
    """One order, and what became of it."""

    number: int
    customer: int | None
    moment: datetime.datetime
    lines: list[Line]
    state: str = "sold"
    off: float = 0.0
    shipping: float = 0.0
    refund: float = 0.0
    is_return: bool = False
    is_event: bool = False

    @property
    def goods(self) -> float:
        return round(sum(line.net for line in self.lines) - self.off, 2)


def draw(seed: int, **fixed: object) -> Export:
    """Draw an export; the same seed gives the same one.

    Parameters
    ----------
    fixed
        `grain`, `whole` or `neutral`, where it shall not be drawn.
    """
    dice = random.Random(seed)
    language = dice.choices(list(NAMES), [4, 2, 2, 2, 1, 1])[0]
    names = {role: dice.choice(words) for role, words in NAMES[language].items()}
    grain = fixed.get("grain", dice.choice(["order", "lines", "lines"]))
    shape = dice.choice(
        ["amount", "full_order", "full_order", "total_and_shipping"]
        if grain == "order"
        else list(SHAPES)
    )
    # Two of our ambiguous names must not be the same column.
    taken: set[str] = set()
    for role in names:
        while names[role] in taken:
            names[role] += " 2" if role in ("paid", "line") else "."
        taken.add(names[role])
    orders = _shop(dice, grain=grain, shape=shape)
    whole = fixed.get("whole", dice.random() < 0.12)
    if whole:
        _whole_units(orders, dice)
    traits = {
        "language": language,
        "grain": grain,
        "shape": shape,
        "whole": whole,
        "neutral": fixed.get("neutral", dice.random() < 0.06),
    }
    return _written(dice, seed, orders, names, language, traits)


def _shop(dice: random.Random, *, grain: str, shape: str) -> list[Order]:
    """Draw customers who come back, their orders, and what became of these."""
    people = dice.randint(50, 150)
    prices = [round(dice.uniform(2, 60), 2) for _ in range(dice.randint(20, 45))]
    start = datetime.datetime(2024, 1, 3)
    weights = [1 / (1 + rank) ** 0.5 for rank in range(people)]
    orders = []
    for number in range(dice.randint(180, 420)):
        moment = start + datetime.timedelta(
            days=dice.randrange(640),
            hours=dice.randrange(8, 20),
            minutes=dice.randrange(60),
            seconds=dice.randrange(60),
        )
        customer = dice.choices(range(people), weights)[0]
        products = dice.sample(range(len(prices)), dice.choice([1, 1, 2, 2, 3, 4]))
        lines = [
            Line(one, dice.choice([1, 1, 1, 2, 2, 3, 4]), prices[one])
            for one in products
        ]
        orders.append(Order(number, customer, moment, lines))
    orders.sort(key=lambda one: one.moment)
    for at, one in enumerate(orders):
        one.number = at
    return orders


def _whole_units(orders: list[Order], dice: random.Random) -> None:
    """Turn prices into pesos: thousands, and no decimals."""
    for order in orders:
        for line in order.lines:
            line.price = float(max(1, round(line.price)) * dice.choice([1]) * 390)


def _number(value: float, style: dict) -> str:
    """Write a number in the file's style."""
    digits = style["digits"]
    text = f"{abs(value):,.{digits}f}"
    text = text.replace(",", "\0").replace(".", style["mark"])
    text = text.replace("\0", style["thousands"])
    sign = "-" if value < 0 else ""
    if sign and style["minus"] == "behind":
        return f"{text}{style['after']}-"
    if sign and style["minus"] == "brackets":
        return f"({style['before']}{text})"
    return f"{sign}{style['before']}{text}{style['after']}"


def _day(moment: datetime.datetime, style: str, language: str) -> str:
    if style == "month words":
        return f"{moment.day} {MONTHS[language][moment.month - 1]} {moment.year}"
    if style == "offset":
        return moment.strftime("%Y-%m-%d %H:%M:%S +0000")
    return moment.strftime(style)


def _written(dice, seed, orders, names, language, traits) -> Export:
    """Write the orders down as a shop's program might, and work out the truth."""
    shape, grain = traits["shape"], traits["grain"]
    good, bad, back = STATUSES[language]
    has_status = dice.random() < 0.5
    has_returns = shape in ("unit", "price_of_one", "amount", "unit_and_total") and (
        grain == "lines" and dice.random() < 0.35
    )
    has_guests = dice.random() < 0.3
    by_mail = dice.random() < 0.3
    has_postage = (
        grain == "lines"
        and not has_returns
        and (shape in ("unit", "amount", "price_of_one") and dice.random() < 0.15)
    )
    discount = "none"
    if shape in ("unit_and_total", "amount", "unit") and grain == "lines":
        discount = dice.choice(["none", "none", "money", "rate", "lines"])
    if shape == "full_order":
        discount = dice.choice(["none", "order"])
    if traits["whole"]:
        discount = "none"
    has_refunds = shape in ("full_order", "order_total_first") and dice.random() < 0.4
    # An id that stands for guests has a share of orders that no person has.
    has_absurd = has_guests and not by_mail and dice.random() < 0.3
    is_price_drifting = dice.random() < 0.25
    if is_price_drifting and not traits["whole"]:
        for order in orders[len(orders) // 2 :]:
            for line in order.lines:
                line.price = round(line.price * (1.05 + 0.1 * (line.product % 3)), 2)
    is_percent = discount == "rate" and dice.random() < 0.5
    is_negative = dice.random() < 0.15
    people = dice.choice(["one", "one", "one", "both", "name", "order key"])
    if people == "order key" and by_mail:
        people = "one"
    absurd = has_absurd and people == "one"
    odd_status = has_status and dice.random() < 0.15
    events = (
        grain == "lines"
        and has_status
        and shape in ("unit", "amount")
        and (discount == "none" and not has_returns and dice.random() < 0.4)
    )
    noise = [one for one in NOISE if dice.random() < 0.2]
    two_dates = dice.random() < 0.25
    defect = dice.choices(["", "excel", "split", "bad dates"], [92, 3, 3, 2])[0]
    traits |= {
        "drift": is_price_drifting,
        "percent": is_percent,
        "negative": is_negative,
        "people": people,
        "absurd": absurd,
        "odd_status": odd_status,
        "events": events,
        "noise": noise,
        "two_dates": two_dates,
        "defect": defect,
        "status": has_status,
        "returns": has_returns,
        "guests": has_guests,
        "mail": by_mail,
        "postage": has_postage,
        "discount": discount,
        "refunds": has_refunds,
    }
    for order in orders:
        if has_status and dice.random() < 0.1:
            order.state = dice.choice(["never", "back"])
        if has_guests and dice.random() < (0.35 if has_absurd else 0.12):
            order.customer = None
        if discount in ("money", "rate"):
            for line in order.lines:
                if dice.random() < 0.3:
                    line.rate = dice.choice([0.05, 0.1, 0.15, 0.2])
                    line.off = round(line.gross * line.rate, 2)
        if discount in ("order", "lines") and dice.random() < 0.35:
            order.off = round(order.goods * dice.choice([0.05, 0.1]), 2)
        if shape in ("full_order", "total_and_shipping"):
            order.shipping = dice.choice([0.0, 3.9, 4.9, 7.5])
            if traits["whole"]:
                order.shipping = float(round(order.shipping) * 390)
        if has_refunds and dice.random() < 0.12:
            order.refund = round(order.goods * dice.choice([0.2, 0.4]), 2)
            if traits["whole"]:
                order.refund = float(round(order.refund))
    returns = []
    if has_returns:
        for order in orders[20:]:
            if dice.random() < 0.06 and order.customer is not None:
                line = dice.choice(order.lines)
                returns.append(
                    Order(
                        order.number,
                        order.customer,
                        order.moment + datetime.timedelta(days=3),
                        [
                            Line(
                                line.product,
                                -line.quantity,
                                line.price,
                                -line.off,
                                line.rate,
                            )
                        ],
                        is_return=True,
                    )
                )
    sold = [one for one in orders if one.state == "sold" and one.customer is not None]
    kept = [one for one in returns if orders[one.number].state == "sold"]
    revenue_back: list[float] = []
    if events:
        # A sale, and later a row more that takes all of it back.
        for order in sold[10::12]:
            later = order.moment + datetime.timedelta(days=2)
            returns.append(
                Order(
                    order.number,
                    order.customer,
                    later,
                    list(order.lines),
                    state="back",
                    is_event=True,
                )
            )
            revenue_back.append(order.goods)
            order.state = "undone"
    for one in returns:
        if one.is_event:
            continue
        if orders[one.number].state != "sold":
            one.lines = []
    returns = [one for one in returns if one.lines]
    revenue = sum(one.goods - one.refund for one in sold) + sum(
        one.goods for one in kept
    )
    revenue -= sum(revenue_back)
    delimiter = dice.choice(
        [",", ",", ";", "\t"] if language == "en" else [";", "\t", ","]
    )
    comma = language != "en" and dice.random() < 0.8
    style = {
        "mark": "," if comma else ".",
        "thousands": dice.choice(["", "", "." if comma else ","]),
        "digits": 2,
        "before": "",
        "after": "",
        "minus": dice.choice(["front", "front", "front", "behind", "brackets"]),
    }
    if traits["whole"]:
        style |= {"digits": 0, "thousands": dice.choice(["", "." if comma else ","])}
    if dice.random() < 0.15:
        style |= dice.choice([{"before": "€"}, {"after": " €"}, {"before": "$"}])
    day_style = dice.choice(
        {
            "en": [
                "%Y-%m-%d",
                "%Y-%m-%d %H:%M:%S",
                "%m/%d/%Y",
                "%d/%m/%Y",
                "%Y-%m-%dT%H:%M:%SZ",
                "month words",
                "offset",
                "%m/%d/%Y %I:%M %p",
            ],
        }.get(
            language,
            [
                "%d.%m.%Y",
                "%d/%m/%Y",
                "%Y-%m-%d",
                "%d.%m.%Y %H:%M",
                "%d-%m-%Y",
                "month words",
            ],
        )
    )
    traits |= {"dates": day_style, "delimiter": delimiter, **style}
    prefix = dice.choice(["", "", "SO-", "A", "#"])
    back_prefix = "C" if has_returns and prefix == "" and dice.random() < 0.5 else None
    codes = [f"P{one:03}" if dice.random() < 2 else "" for one in range(60)]
    groups = ["Garden", "Kitchen", "Bath", "Paper"]
    rows = []
    first_only = shape == "order_total_first"
    for order in sorted([*orders, *returns], key=lambda one: (one.moment, one.number)):
        rows += _rows(dice, order, locals())
    columns = list(rows[0])
    if has_status is False:
        columns = [name for name in columns if name != names["status"]]
    text = io.StringIO()
    may_refuse = defect in ("excel", "bad dates")
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    is_split = delimiter == style["mark"] == "," and style["digits"]
    if defect == "split" and is_split:
        may_refuse = True
        writer = _Unquoted(text)
    header = (
        [f"col{at}" for at in range(1, len(columns) + 1)]
        if traits["neutral"]
        else columns
    )
    above = dice.choice(["", "", "", "title", "sep", "padded"])
    if above == "sep" and delimiter == "\t":
        above = ""
    if above == "title":
        text.write("Orders of the shop\nCreated 2025-12-01\n\n")
    elif above == "padded":
        writer.writerow(["Export", *[""] * (len(columns) - 1)])
    elif above == "sep":
        text.write(f"sep={delimiter}\n")
    writer.writerow(header)
    again = dice.random() < 0.1
    for at, row in enumerate(rows):
        if again and at and at % 150 == 0:
            writer.writerow(header)
        writer.writerow([row.get(name, "") for name in columns])
    below = dice.random() < 0.12
    if below:
        writer.writerow(
            ["Total", *[""] * (len(columns) - 2), _number(round(revenue, 2), style)]
        )
    traits |= {"above": above, "again": again, "below": below}
    # An order of which nothing is left is none, as everywhere in this project.
    counted = [one for one in sold if one.state == "sold"]
    last = max(one.moment for one in counted)
    plain = text.getvalue()
    is_latin = language in ("de", "fr", "es", "it") and "€" not in plain
    encoding = dice.choice(["utf-8", "utf-8-sig", *(["latin-1"] if is_latin else [])])
    if encoding == "latin-1":
        try:
            plain.encode("latin-1")
        except UnicodeEncodeError:
            encoding = "utf-8"
    traits["encoding"] = encoding
    return Export(
        seed,
        plain,
        encoding,
        dice.choice([".csv", ".csv", ".txt"]),
        round(revenue, 2),
        len({one.customer for one in counted}),
        len(counted),
        str(last.date()),
        traits,
        may_refuse,
        header[columns.index(names["date"])],
    )


class _Unquoted:
    """Writes values with commas between them, and never a quote."""

    def __init__(self, text: io.StringIO):
        self.text = text

    def writerow(self, row) -> None:
        """Write one line."""
        self.text.write(",".join(row) + "\n")


def _rows(dice, order: Order, drawn: dict) -> list[dict[str, str]]:
    """Write one order down as rows."""
    names, style, traits = drawn["names"], drawn["style"], drawn["traits"]
    shape, grain, language = traits["shape"], traits["grain"], traits["language"]
    good, bad, back = drawn["good"], drawn["bad"], drawn["back"]

    def money(value: float) -> str:
        return _number(value, style)

    number = f"{drawn['prefix']}{1001 + order.number}"
    if order.is_event:
        pass
    elif order.is_return and drawn["back_prefix"]:
        number = f"{drawn['back_prefix']}{number}"
    elif order.is_return:
        number = f"{drawn['prefix']}{90001 + order.number}"
    common = {names["order"]: number}
    person = order.customer
    mail = f"user{person}@example.org" if person is not None else ""
    if traits["mail"]:
        common[names["email"]] = mail
    else:
        guest = {"en": "guest", "de": "", "fr": "", "es": "", "it": "", "nl": "0"}
        common[names["customer"]] = (
            f"{10000 + person}" if person is not None else guest[language]
        )
    if traits["people"] == "both":
        # Beside the account's number, which guests lack, an e-mail that all have.
        common[names["email"]] = mail
        common.setdefault(
            names["customer"], f"{10000 + person}" if person is not None else ""
        )
    elif traits["people"] == "name":
        common[names["person"]] = f"Person {person}" if person is not None else ""
    elif traits["people"] == "order key":
        # The shop's key of the buyer is new with every order.
        common[names["customer"]] = f"k{order.number * 7919 % 100003:06}"
        common[names["email"]] = mail
    if traits["absurd"] and person is None:
        common[names["customer"]] = "99999"
    common[names["date"]] = _day(order.moment, traits["dates"], language)
    if traits["defect"] == "excel":
        is_turned = order.moment.day <= 12
        common[names["date"]] = order.moment.strftime(
            "%Y-%d-%m" if is_turned else "%d/%m/%Y"
        )
    elif traits["defect"] == "bad dates" and order.number % 3 == 0:
        common[names["date"]] = "#####"
    if traits["two_dates"]:
        later = order.moment + datetime.timedelta(days=order.number % 5)
        common[names["paid"]] = _day(later, traits["dates"], language)
    words = {"sold": good, "never": bad, "back": back, "undone": good}[order.state]
    common[names["status"]] = words[order.number % len(words)]
    if (
        traits["odd_status"]
        and order.state in ("sold", "undone")
        and order.number % 6 == 0
    ):
        common[names["status"]] = "archived"
    if order.is_event:
        common[names["status"]] = back[0]
    extras = {
        names["country"]: ["DE", "FR", "GB"][order.number % 3],
        names["payment"]: ["card", "bank"][order.number % 2],
    }
    said = {
        "Weight (kg)": f"{0.1 + order.number % 37 * 0.13:.2f}".replace(
            ".", style["mark"]
        ),
        "Stock": str(order.number * 13 % 97),
        "Phone": f"49{order.number % 83:08}",
        "ZIP": f"{10115 + (person or 0) % 40}",
        "Unit Cost": money(3 + order.number % 19 * 0.45),
        "Points": str(order.number % 50),
        "Rating": str(1 + order.number % 5),
    }
    extras |= {name: said[name] for name in traits["noise"]}
    tax = round(0.19 * order.goods, 2) if not traits["whole"] else 0.0
    total = round(
        order.goods + order.shipping + (tax if shape == "full_order" else 0), 2
    )
    if grain == "order":
        row = dict(common)
        if shape == "amount":
            row[names["total"]] = money(order.goods)
        elif shape == "total_and_shipping":
            row[names["shipping"]] = money(order.shipping)
            row[names["total"]] = money(total)
        else:
            row[names["subtotal"]] = money(round(order.goods + order.off, 2))
            row[names["shipping"]] = money(order.shipping)
            if not traits["whole"]:
                row[names["tax"]] = money(tax)
            if traits["discount"] == "order":
                row[names["discount"]] = money(order.off)
            row[names["total"]] = money(total)
        if traits["refunds"]:
            row[names["refund"]] = money(order.refund) if order.refund else ""
        return [row | extras]
    rows = []
    for at, line in enumerate(order.lines):
        row = dict(common)
        row[names["product"]] = drawn["codes"][line.product]
        row[names["category"]] = drawn["groups"][line.product % 4]
        row[names["quantity"]] = str(line.quantity)
        if shape == "amount":
            row[names["line_total"]] = money(line.net)
        elif shape == "unit":
            row[names["unit_price"]] = money(line.price)
        elif shape == "price_of_one":
            row[names["price"]] = money(line.price)
        elif shape == "price_of_all":
            row[names["price"]] = money(line.gross)
        elif shape == "unit_and_total":
            row[names["unit_price"]] = money(line.price)
            row[names["line_total"]] = money(line.net)
        else:
            row[names["unit_price"]] = money(line.price)
        if traits["discount"] == "money":
            row[names["discount"]] = money(
                -line.off if traits["negative"] else line.off
            )
        elif traits["discount"] == "rate":
            row[names["rate"]] = (
                f"{100 * line.rate:.0f}"
                if traits["percent"]
                else f"{line.rate:.2f}".replace(".", style["mark"])
            )
        if shape == "order_total_repeated":
            del row[names["unit_price"]]
            row[names["total"]] = money(order.goods)
        elif shape in ("order_total_first", "full_order"):
            is_first = at == 0 or shape == "full_order"
            wholes = {
                names["subtotal"]: money(round(order.goods + order.off, 2)),
                names["shipping"]: money(order.shipping),
            }
            if traits["discount"] == "order":
                wholes[names["discount"]] = money(order.off)
            if shape == "full_order":
                wholes[names["tax"]] = money(tax)
            wholes[names["total"]] = money(total)
            if traits["refunds"]:
                wholes[names["refund"]] = money(order.refund)
            for name, value in wholes.items():
                row[name] = value if is_first else ""
            if not is_first:
                row[names["status"]] = ""
        rows.append(row | extras)
    if traits["discount"] == "lines" and order.off and not order.is_return:
        row = dict(common)
        row[names["product"]] = "DISC"
        row[names["category"]] = ""
        row[names["quantity"]] = "1"
        for role in ("line_total", "unit_price", "price"):
            if names[role] in rows[0]:
                row[names[role]] = money(-order.off)
        rows.append(row | extras)
    if traits["postage"] and order.number % 3 == 0 and not order.is_return:
        row = dict(common)
        row[names["product"]] = POSTAGE[language][1]
        row[names["category"]] = ""
        row[names["quantity"]] = "1"
        for role in ("line_total", "unit_price", "price"):
            if names[role] in rows[0]:
                row[names[role]] = money(4.5)
        rows.append(row | extras)
    return rows
