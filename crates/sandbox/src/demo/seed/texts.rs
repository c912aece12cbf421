//! Names and notes for the generated history.

pub(super) const VENDORS: &[&str] = &[
    "Acme Corp",
    "Nordlicht Papier GmbH",
    "Müller & Söhne KG",
    "Lumière Éclairage SARL",
    "Sakura Trading 株式会社",
    "شركة النور للتجارة",
    "Blue Harbor Logistics",
    "Ferretería El Águila",
    "O'Neill Fasteners Ltd.",
    "Zürcher Werkzeuge AG",
];

pub(super) const GOODS: &[(&str, i64)] = &[
    ("Copy paper A4, 80 g, box of 5", 2_195),
    ("Office chair, mesh back", 18_900),
    ("Cordless drill 18 V", 12_450),
    ("Hex bolts M8 × 40, 100 pcs", 1_260),
    ("LED panel 60 × 60 cm", 4_875),
    ("Network cable Cat 6a, 10 m", 1_149),
    ("Safety gloves, size 9", 389),
    ("Pallet jack 2.5 t", 39_900),
    ("Thermal labels 100 × 150", 1_720),
    ("Consulting, day rate", 96_000),
];

pub(super) const SENDERS: &[&str] =
    &["ap@nordlicht.example", "billing@acme.example", "invoices@blueharbor.example", "compras@aguila.example"];

pub(super) const REVIEWERS: &[&str] = &["dana@example.com", "li.wei@example.com", "amira@example.com"];

/// Code, category, stage and message.
pub(super) const FAILURES: &[(&str, &str, &str, &str)] = &[
    ("model_timeout", "transient", "execution", "The extraction model did not answer within 120 s"),
    ("unreadable_document", "permanent", "execution", "The document has no text layer and no readable image"),
    ("quota_exceeded", "quota", "execution", "Monthly page quota reached: 50,000 of 50,000 pages"),
    ("schema_mismatch", "permanent", "routing", "The output does not match the next node's input: total must be a number"),
    ("upstream_503", "transient", "output_storage", "Storing the result failed: 503 Service Unavailable"),
];

/// The stages a Retab run can fail in, each with a message.
pub(super) const STAGES: &[(&str, &str)] = &[
    ("input_collection", "Input document for \"Contract\" could not be fetched: 404"),
    ("registry_lookup", "Block type extract@7 is not in the registry"),
    ("execution", "KeyError: 'total_amount'"),
    ("output_storage", "Bucket write failed after 3 tries"),
    ("routing", "No edge leaves handle output-json-2"),
    ("history_payload", "History payload of 2,304,118 bytes exceeds the limit of 2,097,152 bytes"),
];

pub(super) const STACK: &str = "Traceback (most recent call last):\n  File \"/app/nodes/extract.py\", line 214, in run\n    total = data['total_amount']\nKeyError: 'total_amount'";

/// Texts that break careless pages. None of them may ever be anything but text.
pub(super) const ODD: &[(&str, &str)] = &[
    ("html", "<script>alert('no')</script><img src=x onerror=alert(1)> & <b>bold</b> &amp; &lt;"),
    ("right to left", "فاتورة رقم ٤٧١١ من شركة النور — المبلغ ١٬٢٥٠٫٠٠ درهم"),
    ("mixed direction", "Rechnung חשבונית 4711 (סה\"כ 1,250.00 €) — bezahlt"),
    ("override", "invoice\u{202e}fdp.exe\u{202c} stays readable"),
    ("emoji", "👩🏽‍💻🧾 approved ✅ by 王小明 — 𝔘𝔫𝔦𝔠𝔬𝔡𝔢"),
    ("combining", "Z\u{0351}\u{036b}\u{0343}a\u{0302}\u{0308}l\u{0324}\u{0317}g\u{0330}o\u{0320} e\u{301} = é"),
    ("japanese", "株式会社さくら貿易の請求書：合計金額が発注書と一致しません。"),
    ("quotes", "O'Neill \"Fasteners\" \\ Ltd.; DROP TABLE runs; -- {{7*7}} ${env:HOME} %s %n"),
    ("white space", "  leading, tab\tand\nnewline, trailing  "),
    ("link", "javascript:alert(1) https://example.com/?a=1&b=2#c"),
];

/// One word without a place to break.
pub(super) fn endless() -> String {
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft".repeat(8)
}

/// Some thousand characters of running text.
pub(super) fn long() -> String {
    "The parties agree that deliveries are accepted within ten working days, after which they count as accepted. ".repeat(50)
}
