//! Detects the type of a file: by its first bytes, else its name, else its declared media type.

use crate::file::cells;
use crate::file::charset;

/// How a file is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Pdf,
    /// One that browsers draw.
    Picture,
    Tiff,
    /// A photo as telephones take them; few browsers draw it.
    Heic,
    Table,
    Json,
    Text,
    Other,
}

/// `told`: types that it is said to be of, the surest first.
pub fn kind(bytes: &[u8], name: &str, told: &[&str]) -> Kind {
    let by_name = name.rsplit_once('.').map_or(Kind::Other, |(_, ending)| of_ending(&ending.to_ascii_lowercase()));
    let told: Vec<Kind> = told.iter().map(|one| of_type(one)).filter(|kind| *kind != Kind::Other).collect();
    if let Some(kind) = of_bytes(bytes, by_name == Kind::Pdf || told.first() == Some(&Kind::Pdf)) {
        return kind;
    }
    let written = |kind: &Kind| matches!(kind, Kind::Table | Kind::Json | Kind::Text);
    let said =
        |fits: &dyn Fn(&Kind) -> bool| std::iter::once(by_name).chain(told.iter().copied()).find(|kind| *kind != Kind::Other && fits(kind));
    if !is_text(bytes) {
        return said(&|kind| !written(kind)).unwrap_or(Kind::Other);
    }
    // A name's ending says least where it is a text's: `.txt` is what everything is called.
    let exact = Some(by_name).filter(|kind| matches!(kind, Kind::Table | Kind::Json));
    match exact.or_else(|| told.iter().copied().find(written)).or_else(|| said(&written)) {
        // Programs call everything plain text.
        Some(Kind::Text) if by_name != Kind::Text => of_text(bytes),
        Some(kind) => kind,
        // It may have been meant as what it is not.
        None => said(&|_| true).unwrap_or_else(|| of_text(bytes)),
    }
}

/// Formats that tell themselves. Some programs put up to a kilobyte before the mark of a PDF: then somebody else has to say it is one.
fn of_bytes(bytes: &[u8], pdf: bool) -> Option<Kind> {
    let start = &bytes[..bytes.len().min(1_024 + 5)];
    let at = |offset: usize, mark: &[u8]| start.get(offset..offset + mark.len()) == Some(mark);
    if at(0, b"%PDF-") || (pdf && start.windows(5).any(|window| window == b"%PDF-")) {
        return Some(Kind::Pdf);
    }
    let picture = at(0, b"\x89PNG\r\n\x1a\n")
        || at(0, b"\xff\xd8\xff")
        || at(0, b"GIF87a")
        || at(0, b"GIF89a")
        || (at(0, b"RIFF") && at(8, b"WEBP"))
        || (at(0, b"BM") && start.get(14).is_some_and(|size| matches!(size, 12 | 40 | 52 | 56 | 64 | 108 | 124)) && at(15, b"\0\0\0"));
    if picture {
        return Some(Kind::Picture);
    }
    if at(0, b"II*\0") || at(0, b"MM\0*") {
        return Some(Kind::Tiff);
    }
    if at(4, b"ftyp") {
        // The brand that it is made for first, then those that it fits.
        let size = start.first_chunk::<4>().map_or(0, |size| u32::from_be_bytes(*size)) as usize;
        let mut brands = start.get(8..size.min(start.len())).unwrap_or_default().chunks_exact(4);
        return brands.find_map(|brand| match brand {
            b"avif" | b"avis" => Some(Kind::Picture),
            b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" => Some(Kind::Heic),
            _ => None,
        });
    }
    None
}

fn of_type(media_type: &str) -> Kind {
    match media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase().as_str() {
        "application/pdf" | "application/x-pdf" => Kind::Pdf,
        "image/tiff" | "image/tif" => Kind::Tiff,
        "image/heic" | "image/heif" => Kind::Heic,
        // SVG is a document that may hold scripts: it is shown as its text.
        "image/png" | "image/jpeg" | "image/jpg" | "image/gif" | "image/webp" | "image/avif" | "image/bmp" => Kind::Picture,
        "text/csv" | "application/csv" | "text/tab-separated-values" => Kind::Table,
        other if other == "application/json" || other.ends_with("+json") => Kind::Json,
        other if other.starts_with("text/") || other.ends_with("xml") => Kind::Text,
        _ => Kind::Other,
    }
}

fn of_ending(ending: &str) -> Kind {
    match ending {
        "pdf" => Kind::Pdf,
        "png" | "jpg" | "jpeg" | "jpe" | "jfif" | "gif" | "webp" | "avif" | "bmp" => Kind::Picture,
        "tif" | "tiff" => Kind::Tiff,
        "heic" | "heif" => Kind::Heic,
        "csv" | "tsv" | "tab" => Kind::Table,
        "json" => Kind::Json,
        "txt" | "md" | "xml" | "log" | "eml" | "html" | "htm" | "svg" | "yaml" | "yml" => Kind::Text,
        _ => Kind::Other,
    }
}

/// Nothing in it that no text has, in whatever encoding.
fn is_text(bytes: &[u8]) -> bool {
    let start = &bytes[..bytes.len().min(4_096)];
    let odd = |byte: &u8| matches!(byte, 0..=8 | 14..=26 | 28..=31);
    matches!(start, [0xff, 0xfe, ..] | [0xfe, 0xff, ..]) || charset::wide(bytes).is_some() || !start.iter().any(odd)
}

/// A text that nothing is said of.
fn of_text(bytes: &[u8]) -> Kind {
    let start = String::from_utf8_lossy(&bytes[..bytes.len().min(16_000)]);
    let begins = start.trim_start_matches(|character: char| character.is_whitespace() || character == '\u{feff}');
    if begins.starts_with(['{', '[']) && runs::value::json::parse(bytes).is_ok() {
        return Kind::Json;
    }
    let mut table = cells::table(&start, None, usize::MAX, 50);
    if bytes.len() > start.len() {
        // The last one may be half a row.
        table.rows.pop();
    }
    let rows = &table.rows[table.above.min(table.rows.len())..];
    let alike = rows.first().is_some_and(|first| first.len() > 1 && rows.iter().all(|row| row.len() == first.len()));
    // A comma is in every sentence.
    let least = if table.separator == ',' { 3 } else { 2 };
    if rows.len() >= least && alike { Kind::Table } else { Kind::Text }
}
