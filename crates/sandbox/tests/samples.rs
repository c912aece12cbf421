//! The sample documents in `samples/` are made here, so that PDF, CSV and JSON say the same. After a change of this
//! file, `WRITE_SAMPLES=1 cargo test -p sandbox --test samples` writes them anew.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{fmt::Write as _, fs, path::Path};

struct Paper {
    invoice: bool,
    number: &'static str,
    order: &'static str,
    date: &'static str,
    vendor: &'static str,
    lines: &'static [(&'static str, &'static str, &'static str, &'static str)],
    net: &'static str,
    tax: &'static str,
    total: &'static str,
}

const ORDER_4711: Paper = Paper {
    invoice: false,
    number: "PO-4711",
    order: "PO-4711",
    date: "2026-01-12",
    vendor: "Nordlicht Papier GmbH",
    lines: &[
        ("Office chair, mesh back", "4", "189.00", "756.00"),
        ("LED panel 60 x 60 cm", "8", "48.75", "390.00"),
        ("Network cable Cat 6a, 10 m", "8", "13.00", "104.00"),
    ],
    net: "1250.00",
    tax: "312.50",
    total: "1562.50",
};

/// Its chairs cost ten more than ordered: with the tax of 25 % the totals differ by 50.00.
const INVOICE_4711: Paper = Paper {
    invoice: true,
    number: "INV-88214",
    date: "2026-01-29",
    lines: &[
        ("Office chair, mesh back", "4", "199.00", "796.00"),
        ("LED panel 60 x 60 cm", "8", "48.75", "390.00"),
        ("Network cable Cat 6a, 10 m", "8", "13.00", "104.00"),
    ],
    net: "1290.00",
    tax: "322.50",
    total: "1612.50",
    ..ORDER_4711
};

const ORDER_4712: Paper = Paper {
    invoice: false,
    number: "PO-4712",
    order: "PO-4712",
    date: "2026-01-14",
    vendor: "Acme Corp",
    lines: &[("Cordless drill 18 V", "3", "124.50", "373.50"), ("Hex bolts M8 x 40, 100 pcs", "10", "12.65", "126.50")],
    net: "500.00",
    tax: "125.00",
    total: "625.00",
};

const INVOICE_4712: Paper = Paper { invoice: true, number: "INV-20931", date: "2026-02-02", ..ORDER_4712 };

impl Paper {
    fn csv(&self) -> String {
        let mut text = String::new();
        if self.invoice {
            writeln!(text, "Invoice number,{}", self.number).unwrap();
        }
        writeln!(text, "PO number,{}", self.order).unwrap();
        writeln!(text, "Vendor,{}\nDate,{}\nCurrency,EUR", self.vendor, self.date).unwrap();
        writeln!(text, "Description,Quantity,Unit price,Amount").unwrap();
        for (what, quantity, price, amount) in self.lines {
            writeln!(text, "\"{what}\",{quantity},{price},{amount}").unwrap();
        }
        writeln!(text, "Net total,{}\nTax,{}\nTotal,{}", self.net, self.tax, self.total).unwrap();
        text
    }

    fn json(&self) -> String {
        let mut text = String::from("{\n");
        if self.invoice {
            writeln!(text, "  \"invoice_number\": \"{}\",", self.number).unwrap();
        }
        writeln!(text, "  \"po_number\": \"{}\",\n  \"vendor\": \"{}\",", self.order, self.vendor).unwrap();
        let date = if self.invoice { "invoice_date" } else { "order_date" };
        writeln!(text, "  \"{date}\": \"{}\",\n  \"currency\": \"EUR\",\n  \"lines\": [", self.date).unwrap();
        for (place, (what, quantity, price, amount)) in self.lines.iter().enumerate() {
            let comma = if place + 1 < self.lines.len() { "," } else { "" };
            writeln!(
                text,
                "    {{\"description\": \"{what}\", \"quantity\": {quantity}, \"unit_price\": {price}, \"amount\": {amount}}}{comma}"
            )
            .unwrap();
        }
        writeln!(text, "  ],\n  \"net_total\": {},\n  \"tax\": {},\n  \"total\": {}\n}}", self.net, self.tax, self.total).unwrap();
        text
    }

    /// One page of PDF 1.4, uncompressed, so that it can be read and compared as text.
    fn pdf(&self) -> Vec<u8> {
        let mut page = String::new();
        let mut show = |x: u32, y: u32, size: u32, text: &str| {
            let text = text.replace('\\', "\\\\").replace('(', "\\(").replace(')', "\\)");
            writeln!(page, "BT /F1 {size} Tf {x} {y} Td ({text}) Tj ET").unwrap();
        };
        show(56, 780, 20, if self.invoice { "INVOICE" } else { "PURCHASE ORDER" });
        let mut y = 740;
        let mut rows = vec![("Vendor", self.vendor), ("Date", self.date), ("Currency", "EUR")];
        rows.insert(0, ("PO number", self.order));
        if self.invoice {
            rows.insert(0, ("Invoice number", self.number));
        }
        for (label, value) in rows {
            show(56, y, 11, &format!("{label}:"));
            show(170, y, 11, value);
            y -= 18;
        }
        y -= 20;
        for (x, text) in [(56, "Description"), (300, "Quantity"), (380, "Unit price"), (480, "Amount")] {
            show(x, y, 11, text);
        }
        for (what, quantity, price, amount) in self.lines {
            y -= 18;
            for (x, text) in [(56, what), (300, quantity), (380, price), (480, amount)] {
                show(x, y, 11, text);
            }
        }
        y -= 12;
        for (label, value) in [("Net total", self.net), ("Tax (25 %)", self.tax), ("Total", self.total)] {
            y -= 18;
            show(380, y, 11, label);
            show(480, y, 11, value);
        }
        document(&page)
    }
}

fn document(page: &str) -> Vec<u8> {
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 4 0 R >> >> /Contents 5 0 R >>".to_owned(),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_owned(),
        format!("<< /Length {} >>\nstream\n{page}endstream", page.len()),
    ];
    let mut pdf = String::from("%PDF-1.4\n");
    let mut offsets = Vec::new();
    for (place, object) in objects.iter().enumerate() {
        offsets.push(pdf.len());
        write!(pdf, "{} 0 obj\n{object}\nendobj\n", place + 1).unwrap();
    }
    let xref = pdf.len();
    write!(pdf, "xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).unwrap();
    for offset in offsets {
        writeln!(pdf, "{offset:010} 00000 n ").unwrap();
    }
    write!(pdf, "trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{xref}\n%%EOF\n", objects.len() + 1).unwrap();
    pdf.into_bytes()
}

#[test]
fn the_samples_are_up_to_date() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples");
    let papers = [
        ("purchase-order-4711", ORDER_4711),
        ("invoice-4711", INVOICE_4711),
        ("purchase-order-4712", ORDER_4712),
        ("invoice-4712", INVOICE_4712),
    ];
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    for (name, paper) in papers {
        files.push((format!("{name}.pdf"), paper.pdf()));
        files.push((format!("{name}.csv"), paper.csv().into_bytes()));
        files.push((format!("{name}.json"), paper.json().into_bytes()));
    }
    // It begins like a PDF and ends in the middle of its first object.
    files.push(("unreadable.pdf".to_owned(), ORDER_4711.pdf().into_iter().take(60).collect()));
    for (name, bytes) in files {
        let path = folder.join(&name);
        if std::env::var_os("WRITE_SAMPLES").is_some() {
            fs::write(&path, &bytes).unwrap();
        }
        assert!(fs::read(&path).unwrap_or_default() == bytes, "{name} is not what this test makes: run with WRITE_SAMPLES=1");
    }
}
