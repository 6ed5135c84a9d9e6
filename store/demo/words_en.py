"""The words of Cloudhill Tea, a made-up tea shop. All names and stories are invented."""
# ruff: noqa: E501 - tables of words; wide characters count double

from __future__ import annotations

from typing import Final

from store.demo.words import Case, Errand, Occupation, Offer, Surname, Talk, Words
from store.records.kinds import (
    Cause,
    Channel,
    ContactType,
    Direction,
    FollowUpKind,
    Gender,
    InteractionType,
    Outcome,
    Question,
    ResolutionKind,
    Role,
    Severity,
    TicketType,
)

_COMMON: Final = (
    "Smith23 Johnson18 Williams16 Brown14 Jones14 Garcia11 Miller11 Davis11 Martinez10 Lopez9 Wilson8 Anderson8 Thomas7 "
    "Taylor7 Moore7 Jackson7 Martin7 Lee7 Thompson6 White6 Harris6 Clark6 Lewis5 Robinson5 Walker5 Young5 Allen5 King5 "
    "Wright5 Scott5 Hill5 Green5 Adams4 Nelson4 Baker4 Hall4 Rivera4 Campbell4 Mitchell4 Carter4 Roberts4 Turner3 "
    "Phillips3 Evans3 Parker3 Collins3 Edwards3 Stewart3 Morris3 Murphy3 Cook3 Rogers3 Reed3 Bailey2 Cooper2 Kelly2 "
    "Howard2 Ward2 Cox2 Watson2 Brooks2 Bennett2 Gray2 James2 Hughes2 Price2 Myers2 Long2 Foster2 Sanders2 Ross2 Patel3 "
    "Nguyen4 Kim3 Chen3 Wong2 Singh2 Cohen2 Romano1 Kowalski1 Novak1 Jensen1 Lindgren1 Fischer1 Dubois1 Haddad1 Okafor1"
)
_RARE: Final = "Núñez1 Müller1 O'Brien1 Lefèvre1 Sørensen1 Van_der_Berg1 Peña1 Ó_Súilleabháin1 García-López1 Dvořák1 Çelik1"
_ASCII: Final = str.maketrans("áçèéíñóøřúü", "aceeinooruu")


_AREAS: Final = (
    "201 203 215 267 301 302 312 347 401 404 410 413 443 484 508 516 518 585 603 607 610 617 631 646 702 716 718 732 "
    "774 781 802 845 856 860 908 914 917 929 973 978"
)
"""Area codes; the exchange 555 belongs to nobody."""


def _surnames(table: str) -> tuple[Surname, ...]:
    """Surnames out of the table above, with how many among a thousand."""
    found = []
    for entry in table.split():
        name = entry.rstrip("0123456789")
        plain = "".join(sign for sign in name.lower().translate(_ASCII) if sign.isascii() and sign.isalpha())
        found.append(Surname(name.replace("_", " "), plain, int(entry.removeprefix(name))))
    return tuple(found)


_F, _M = Gender.FEMALE, Gender.MALE
_GIVEN: Final = {
    (_F, 0): "Barbara Patricia Susan Linda Carol Judith Margaret Dorothy Helen Joan Gloria Ruth Marilyn Diane Rosemary Elaine Ingrid",
    (_F, 1): "Jennifer Lisa Michelle Kimberly Amy Angela Melissa Rebecca Nicole Heather Stephanie Rachel Laura Christine Zoë "
    "Andrea Priya Mónica Hélène Dana Erin Tara Naomi Leila",
    (_F, 2): "Emma Olivia Sophia Ava Chloé Mia Hannah Grace Lily Zoe Maya Aisha Ella Ruby Ivy Nora Camila Jade Freya Beatriz",
    (_M, 0): "Robert James John William Richard Charles Donald George Kenneth Frank Raymond Walter Gerald Eugene Harold Stanley",
    (_M, 1): "Michael David Christopher Brian Jason Matthew Kevin Eric Steven Jeffrey Timothy Scott Andrew José Marco Sanjay "
    "Patrick Sean Craig Omar Luis Derek Björn Thierry",
    (_M, 2): "Liam Noah Ethan Lucas Mason Logan Jacob Tyler Dylan Caleb Isaac Owen Mateo Adrián Hugo Felix Kai Ravi Theo André",
}  # fmt: skip

_IN, _OUT = Direction.IN, Direction.OUT
_CALL, _CHAT, _VISIT = InteractionType.CALL, InteractionType.SMS, InteractionType.VISIT_IN
_TALKS: Final = (
    Talk(_CALL, _IN, Outcome.ORDERED, 1, "Wants {product}, the usual size, picks it up this afternoon"),
    Talk(_CALL, _IN, Outcome.ORDERED, 1, "Two of {product} as gifts, boxed, invoice to the company"),
    Talk(_CALL, _IN, Outcome.SOLVED, 0, "Asked whether we have {product}; put one aside"),
    Talk(_CALL, _IN, Outcome.SOLVED, 0, "Asked when we close; said someone is here until nine"),
    Talk(_CALL, _IN, Outcome.THINKING, 0, "Thinks {product} has become dear, will compare; did not push"),
    Talk(_CALL, _IN, Outcome.SOLVED, 0, "How to brew {product}: explained temperature and time"),
    Talk(_CALL, _IN, Outcome.OTHER, 0, "Asked about group prices for a friend; quoted ten and more"),
    Talk(_CALL, _OUT, Outcome.SOLVED, 1, "Called back: liked the last {product}, the parents drink it too"),
    Talk(_CALL, _OUT, Outcome.SOLVED, 0, "Told them it is in; coming at the weekend"),
    Talk(_CALL, _OUT, Outcome.NO_ANSWER, 0, "No answer"),
    Talk(_CALL, _OUT, Outcome.NO_ANSWER, 0, "Rang for a long time, sent a text instead"),
    Talk(_CALL, _OUT, Outcome.BUSY, 0, "Busy, try later"),
    Talk(_CALL, _OUT, Outcome.BUSY, 0, "In a meeting, call again after four"),
    Talk(_CALL, _OUT, Outcome.REFUSED, -1, "Needs nothing for now, will come by when they do"),
    Talk(_CALL, _OUT, Outcome.THINKING, 0, "Told about the new {product}; interested, wants to taste first"),
    Talk(_CALL, _OUT, Outcome.ORDERED, 2, "Just running out: one {product} as always, ship tomorrow"),
    Talk(_CHAT, _IN, Outcome.ORDERED, 1, "Ordered {product} by text, paid"),
    Talk(_CHAT, _IN, Outcome.SOLVED, 0, "Where is the parcel; looked up the number and told them"),
    Talk(_CHAT, _IN, Outcome.SOLVED, 1, "Sent a photo of the cup, lovely colour"),
    Talk(_CHAT, _IN, Outcome.FOLLOW_UP, 0, "Wants the price list for {product}; to be sent"),
    Talk(_CHAT, _IN, Outcome.THINKING, 0, "Asked for a better price; gave two samples, kept the price"),
    Talk(_CHAT, _OUT, Outcome.SOLVED, 0, "Sent the spring list, got a smile back"),
    Talk(_CHAT, _OUT, Outcome.SOLVED, 1, "Season's greetings, kind words in return"),
    Talk(_CHAT, _OUT, Outcome.OTHER, 0, "Invited to the tasting, will see"),
    Talk(_VISIT, _IN, Outcome.ORDERED, 1, "Stayed half an hour, tasted three, took {product}"),
    Talk(_VISIT, _IN, Outcome.SOLVED, 1, "Dropped in for a cup, talked about the garden"),
    Talk(_VISIT, _IN, Outcome.ORDERED, 2, "Brought a friend, who bought {product} too; thank them for it"),
    Talk(_VISIT, _IN, Outcome.SOLVED, 0, "Collected stored tea, two cakes left"),
    Talk(_VISIT, _IN, Outcome.COMPLAINT, -1, "Last bag of {product} was damp; exchanged on the spot"),
    Talk(_VISIT, _IN, Outcome.THINKING, 0, "Looked at the clay pots for long, wants to ask at home"),
)

_ERRANDS: Final = (
    Errand(FollowUpKind.CALL, "Call back with the group price", "Thirty gifts for the office party, what price", "A firm price today"),
    Errand(FollowUpKind.SEND, "Post two oolong samples", "Wants to taste before deciding", "Samples leave tomorrow"),
    Errand(FollowUpKind.CALL, "Ask how the new pot is doing", "Bought a clay pot last week, the first one"),
    Errand(FollowUpKind.PREPARE, "Wrap two white tea cakes, with a card", "A present for the father-in-law", "Wrapped before you come"),
    Errand(FollowUpKind.MESSAGE, "Send the first-flush price list", "When does the spring tea come, how much", "You hear it first"),
    Errand(FollowUpKind.CALL, "Honey Orchid is in", "Came twice for Honey Orchid in vain", "We call the day it arrives"),
    Errand(FollowUpKind.SEND, "Post the missing samples", "Two samples were missing from the parcel", "They leave today"),
    Errand(FollowUpKind.VISIT, "Fetch the chipped cup for exchange", "The lidded cup has a chip", "We fetch it this week"),
    Errand(FollowUpKind.CALL, "Balance is running low", "Less than ten dollars left on the card"),
    Errand(FollowUpKind.GIFT, "Prepare a small birthday gift", "Birthday soon, a customer for years"),
    Errand(FollowUpKind.CALL, "How many for the tasting", "Signed up for Saturday, number of guests open"),
    Errand(FollowUpKind.INTERNAL, "Accounts: send last month's invoice", "Invoice missing, company address sent", "In three days"),
    Errand(FollowUpKind.CALL, "Ask about the stored tea", "Two cakes in store for almost a year"),
    Errand(FollowUpKind.SURVEY, "First call to a new customer", "First visit, sent by a friend"),
    Errand(FollowUpKind.MESSAGE, "Send the brewing video", "It always turns bitter; water too hot, perhaps", "You get the video tonight"),
    Errand(FollowUpKind.CALL, "Confirm the monthly office order", "The office wants another taste next month"),
)  # fmt: skip

_CASES: Final = (
    Case(
        TicketType.COMPLAINT, Channel.PHONE, Severity.SAFETY, "Something in the tea bag",
        "Found a piece of plastic thread in the cup; the child nearly swallowed it. Very upset, has photos.", "Jasmine tea bags",
        (Cause.GOODS,),
        {Question.EVENT: "Thread seen at the second brew", Question.GOODS: "Jasmine bags, bought last Friday", Question.WISH: "Wants to know whether the batch is safe"},
        (Offer(ResolutionKind.REFUND, "Full refund, box collected and tested", 1450),),
    ),
    Case(
        TicketType.COMPLAINT, Channel.SMS, Severity.HIGH, "Nobody called, came for nothing",
        "Was promised a call when the tea is in. No call; came today and it was sold out. Says our word counts for nothing.", "Honey Orchid",
        (Cause.BROKEN_PROMISE, Cause.NOT_HEARD),
        {Question.EVENT: "Two weeks without a call", Question.WHY: "Two trips in vain", Question.GUIDE: "Sam took the call"},
    ),
    Case(
        TicketType.EXCHANGE, Channel.STORE, Severity.NORMAL, "Lidded cup has a chip",
        "Chipped when unpacked, not used, wants another.", "Blue lidded cup", (Cause.GOODS,),
        {Question.GOODS: "Blue lidded cup, with receipt", Question.WISH: "The same one, new"},
        (Offer(ResolutionKind.EXCHANGE, "A new one and a tea towel"),),
    ),
    Case(
        TicketType.COMPLAINT, Channel.WEBSITE, Severity.NORMAL, "Parcel crushed, tea spilled",
        "Online order, box crushed, half of the tin spilled. Asks before writing a review.", "Smoky black",
        (Cause.DELAY, Cause.GOODS),
        {Question.HOW: "The box arrived flat", Question.WISH: "Another tin, or half the money"},
        (Offer(ResolutionKind.REFUND, "Half the price back", 1400), Offer(ResolutionKind.EXCHANGE, "Another tin today")),
        "Thin box, no padding", "Padding and stiff corners for single tins",
    ),
    Case(
        TicketType.REPAIR, Channel.STORE, Severity.LOW, "Lid of the clay pot is cracked",
        "Dropped it, asks for a new lid.", "Red clay pot", (),
        {Question.WISH: "A lid, will pay"},
        (Offer(ResolutionKind.REPAIR, "A lid made by the potter, three weeks", 1800),),
        "Dropped by the customer", "",
    ),
    Case(
        TicketType.COMPLAINT, Channel.PHONE, Severity.NORMAL, "Cold service",
        "Came on Sunday afternoon, nobody greeted, questions hardly answered.", "", (Cause.SERVICE, Cause.ARROGANT),
        {Question.GUIDE: "The young man with glasses", Question.OLD_NEW: "A customer for three years"},
        (Offer(ResolutionKind.APOLOGY, "The manager apologises by phone"), Offer(ResolutionKind.GIFT, "A sample box")),
        "One person alone on Sunday afternoon", "Two people on weekend afternoons",
    ),
    Case(
        TicketType.RETURN, Channel.WEBSITE, Severity.LOW, "Ordered the wrong size",
        "Unopened, wants to send it back.", "Pale green", (), None,
        (Offer(ResolutionKind.REFUND, "Refund when it is back", 2200),), "Size unclear on the page", "Weight in the first picture",
    ),
    Case(
        TicketType.SUGGESTION, Channel.STORE, Severity.LOW, "Smaller packs, please",
        "In the book: a pound is too much for one person, how about two ounces.", "", (), None,
        (Offer(ResolutionKind.EXPLAIN, "Two-ounce bags from next month"),), "", "",
    ),
    Case(
        TicketType.COMPLAINT, Channel.REGULATOR, Severity.HIGH, "Label and till disagree",
        "Through the consumer office: the label said 19, the till charged 21.", "Ripe tea cake", (Cause.SERVICE, Cause.GOODS),
        {Question.EVENT: "Old label, new price in the till", Question.WISH: "The difference and an apology"},
        (Offer(ResolutionKind.REFUND, "The difference and ten dollars", 1200),), "Label not changed", "Two people check labels on the day",
    ),
    Case(
        TicketType.COMPLAINT, Channel.PHONE, Severity.LOW, "Entered twice",
        "The same matter as the ticket before.", "", (), None, (), "", "", "the same as the ticket before",
    ),
    Case(
        TicketType.PRAISE, Channel.SMS, Severity.LOW, "Praise for Harper",
        "Harper taught her mother to brew for half an hour; she wrote to say thanks.", "", (), None, (), "", "",
    ),
    Case(
        TicketType.INQUIRY, Channel.EMAIL, Severity.LOW, "Monthly billing for an office",
        "A fixed order every month; can we bill monthly, what do we need.", "", (),
        {Question.WISH: "Monthly invoice"},
    ),
)  # fmt: skip

_SMALL_CASES: Final = (
    Case(
        TicketType.COMPLAINT, Channel.PHONE, Severity.LOW, "One bag missing", "Three on the list, two in the box.", "Pale green",
        (Cause.SERVICE,), None, (Offer(ResolutionKind.EXCHANGE, "The third one sent today"),), "Not counted", "Photo after packing",
    ),
    Case(
        TicketType.COMPLAINT, Channel.STORE, Severity.NORMAL, "Half an hour and nobody came", "Saturday, full house, not greeted.", "",
        (Cause.SERVICE, Cause.DELAY), None, (Offer(ResolutionKind.APOLOGY, "Apologised, gave a snack box"),), "Too few people", "One more on Saturdays",
    ),
    Case(
        TicketType.REFUND, Channel.WEBSITE, Severity.NORMAL, "Not like the picture", "Darker than the picture, wants the money back.", "Osmanthus oolong",
        (Cause.GOODS,), None, (Offer(ResolutionKind.REFUND, "Return and refund", 1250),), "Picture too bright", "New picture",
    ),
    Case(
        TicketType.COMPLAINT, Channel.PHONE, Severity.NORMAL, "Damp tea", "Smells damp, tastes dull.", "Dragon Well",
        (Cause.GOODS,), None, (Offer(ResolutionKind.EXCHANGE, "A fresh bag"),), "Damp store room", "Check weekly",
    ),
    Case(
        TicketType.COMPLAINT, Channel.SMS, Severity.LOW, "A day late", "Promised for Wednesday, came on Thursday.", "",
        (Cause.DELAY,), None, (Offer(ResolutionKind.COUPON, "A five dollar coupon", 500),), "The carrier was late", "",
    ),
    Case(
        TicketType.EXCHANGE, Channel.STORE, Severity.LOW, "Not to their taste", "Too strong, wants something lighter.", "",
        (), None, (Offer(ResolutionKind.EXCHANGE, "White tea, difference paid"),), "", "",
    ),
)  # fmt: skip

WORDS: Final = Words(
    shop_name="Cloudhill Tea",
    currency="USD",
    time_zone="America/New_York",
    region="US",
    staff=(
        ("mei", "Mei Larkin", Role.OWNER),
        ("harper", "Harper Quinn", Role.MANAGER),
        ("sam", "Sam Ortega", Role.CLERK),
        ("lin", "Lin Whitfield", Role.CLERK),
    ),
    full_name="{given} {surname}",
    surnames=_surnames(_COMMON),
    rare_surnames=_surnames(_RARE),
    given={key: tuple(names.split()) for key, names in _GIVEN.items()},
    corrected=("Siobhán Kearney", "shivawn karney", "Siobhán"),
    call_as={
        (_F, 0): ("Mrs {surname}", "Mrs {surname}", "{given}"),
        (_F, 1): ("{given}", "Ms {surname}", "Mrs {surname}"),
        (_F, 2): ("{given}", "{given}", "Ms {surname}"),
        (_M, 0): ("Mr {surname}", "Mr {surname}", "{given}"),
        (_M, 1): ("{given}", "Mr {surname}", "{given}"),
        (_M, 2): ("{given}", "{given}", "Mr {surname}"),
    },
    occupations=(
        Occupation("restaurant owner"), Occupation("teacher"), Occupation("doctor", "Dr {surname}"), Occupation("manager", "", (0, 1)),
        Occupation("contractor"), Occupation("lawyer", "", (0, 1)), Occupation("retired", "", (0,)), Occupation("retired teacher", "", (0,)),
        Occupation("retired nurse", "", (0,)), Occupation("accountant"), Occupation("programmer", "", (1, 2)), Occupation("taxi driver", "", (0, 1)),
        Occupation("designer", "", (1, 2)), Occupation("postal worker"), Occupation("at home with children", "", (1, 2)),
        Occupation("student", "", (2,)), Occupation("boutique owner", "", (0, 1)), Occupation("nurse", "", (1, 2)),
        Occupation("professor", "Professor {surname}", (0, 1)), Occupation("innkeeper"),
    ),
    companies=(
        ("Harbor", "Maple", "Summit", "Blue Door", "Riverside", "Northgate", "Juniper", "Beacon", "Old Mill", "Fairview", "Pinecrest"),
        (" Trading", " Interiors", " Design", " Software", " Hotel", " Hardware", " Apparel", " Catering", " Law", " Accounting"),
        (" LLC", " Inc.", " Co.", ""),
    ),
    mobile=tuple(f"+1{area}555" for area in _AREAS.split()),
    mobile_digits=4,
    landline="+1212555",
    streets=("Orchard Street", "Mill Lane", "Harbor Road", "Chestnut Avenue", "Bell Street", "Canal Row", "Quarry Road", "Elm Court"),
    address="{number} {street}, Apt {room}",
    handles=("tea", "leaf", "hill", "cup", "sunny", "blue", "oak", "happy", "river", "88", "steep", "moss"),
    handle_type=ContactType.EMAIL,
    handle="{name}.{word}@example.com",
    channels=(*(Channel.STORE,) * 11, *(Channel.PHONE,) * 3, *(Channel.SMS,) * 2, Channel.EMAIL, *(Channel.WEBSITE,) * 3),
    tags=("regular", "oolong", "aged", "white", "green", "gifts", "company", "group", "weekends", "stored tea", "teaware", "haggles", "far away",
          "no bitter", "member", "tastings"),
    red_notes=(
        "Peanut allergy: ask before offering snacks", "Owes 38 from last time: payment before shipping", "Never call between noon and two",
        "Only deals with Harper", "Confirm the address by phone before shipping", "Weak heart: nothing strong", "Quote prices with tax only",
    ),
    notes=("Lives near, comes on foot", "Two elderly parents at home", "Likes to talk history", "Comes by car, keep the space", "Shares our posts",
           "Cares about wrapping", "Dislikes being sold to"),
    habits=("{product}, half a pound in small bags", "{product}, a pound in the old tin", "Two {product}, one is a gift", "{product}, the usual, not too strong",
            "{product}, and a sample bag"),
    products=(
        ("Dragon Well", 3400), ("Pale green", 2200), ("Spring snail", 2600), ("Honey Orchid", 3000), ("Cassia rock oolong", 4200), ("Narcissus oolong", 2400),
        ("Smoky black", 2800), ("Golden brow", 5200), ("Ripe tea cake", 1900), ("Old-tree raw cake", 6400), ("Silver needle", 4800), ("Aged white cake", 1600),
        ("Iron goddess", 2100), ("Jasmine tea bags", 1450), ("Osmanthus oolong", 1250), ("Tangerine ripe", 1400), ("Dark tea brick", 1700), ("Snack box", 1600),
        ("Blue lidded cup", 1800), ("Red clay pot", 8800), ("Pitcher", 900), ("Sample bag", 250),
    ),
    teas=13,
    fact_names=("points", "balance", "member level"),
    levels=("basic", "silver", "gold"),
    sheet="old members.xlsx",
    purchase_notes=("", "", "", "", "gift box", "invoice", "picked up", "shipped", "in five small bags", "for a colleague"),
    talks=_TALKS,
    errands=_ERRANDS,
    small_errands=("Ask how it tasted", "It is in", "Season's greetings", "Remind of the stored tea", "Send the price list", "Ask whether the parcel came"),
    small_cases=_SMALL_CASES,
    cases=_CASES,
    remarks=("Apologised by phone, waiting for the customer", "Same batch taken off the shelf", "Customer asks to be called after work", "Manager informed"),
    done_results=("Reached, all is well", "Sent", "Coming at the weekend", "No answer, left a message", "Done"),
    family_note="The family shares this number: ask who it is",
    switchboard_note="Switchboard, ask for the extension",
)  # fmt: skip
