//! The text of a PDF as lines, cells separated by tabs. Placed by coordinates, because the order of the operators says
//! nothing about rows; lopdf's own text extraction knows no positions.

use std::collections::BTreeMap;

use lopdf::{Document, Encoding, LoadOptions, Object, content::Content};

use super::{Unreadable, unreadable};

const MAX_PAGES: usize = 40;
const MAX_STREAM: usize = 16 << 20;
const MAX_FRAGMENTS: usize = 50_000;
/// Text within so many units of a baseline is one line.
const LINE_TOLERANCE: f32 = 3.0;

/// Geometry only; no amount is ever computed with it.
type Matrix = [f32; 6];
const IDENTITY: Matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];

pub(super) fn lines(bytes: &[u8]) -> Result<Vec<String>, Unreadable> {
    let options = LoadOptions { max_decompressed_size: Some(MAX_STREAM), ..LoadOptions::default() };
    let document = Document::load_mem_with_options(bytes, options).map_err(|e| unreadable(format!("it is not a valid PDF ({e})")))?;
    if document.is_encrypted() {
        return Err(unreadable("the PDF is protected by a password"));
    }
    let mut lines = Vec::new();
    for page in document.get_pages().into_values().take(MAX_PAGES) {
        lines.extend(rows(fragments(&document, page)?));
    }
    if lines.is_empty() {
        return Err(unreadable("the PDF holds no text, only images perhaps"));
    }
    Ok(lines)
}

struct Fragment {
    x: f32,
    y: f32,
    size: f32,
    text: String,
}

/// A stretch of text with its frame, in parts of the page from its upper left corner.
#[derive(Debug)]
pub(crate) struct Placed {
    /// From one.
    pub page: u32,
    pub left: f32,
    pub top: f32,
    pub width: f32,
    pub height: f32,
    pub text: String,
}

/// Every stretch, in the order of the pages and their operators; none if it cannot be read.
pub(crate) fn placed(bytes: &[u8]) -> Vec<Placed> {
    let options = LoadOptions { max_decompressed_size: Some(MAX_STREAM), ..LoadOptions::default() };
    let Ok(document) = Document::load_mem_with_options(bytes, options) else { return Vec::new() };
    let mut found = Vec::new();
    for (number, page) in document.get_pages().into_iter().take(MAX_PAGES) {
        let (width, height) = page_size(&document, page).unwrap_or((612.0, 792.0));
        found.extend(fragments(&document, page).unwrap_or_default().into_iter().map(|fragment| {
            // As wide as the letters of such a font are on average.
            let letters = fragment.text.chars().count() as f32;
            Placed {
                page: number,
                left: (fragment.x / width).clamp(0.0, 1.0),
                top: ((height - fragment.y - fragment.size * 0.8) / height).clamp(0.0, 1.0),
                width: (letters * fragment.size * 0.56 / width).clamp(0.0, 1.0),
                height: (fragment.size / height).clamp(0.0, 1.0),
                text: fragment.text,
            }
        }));
    }
    found
}

fn page_size(document: &Document, page: lopdf::ObjectId) -> Option<(f32, f32)> {
    let area = document.get_dictionary(page).ok()?.get(b"MediaBox").ok()?.as_array().ok()?;
    match numbers(area)[..] {
        [left, bottom, right, top] if right > left && top > bottom => Some((right - left, top - bottom)),
        _ => None,
    }
}

fn fragments(document: &Document, page: lopdf::ObjectId) -> Result<Vec<Fragment>, Unreadable> {
    let broken = |e: lopdf::Error| unreadable(format!("a page of the PDF is broken ({e})"));
    let fonts = document.get_page_fonts(page).map_err(broken)?;
    let encodings: BTreeMap<Vec<u8>, Encoding> = fonts
        .into_iter()
        .map(|(name, font)| Ok((name, font.get_font_encoding_with_limit(document, MAX_STREAM)?)))
        .collect::<Result<_, lopdf::Error>>()
        .map_err(broken)?;
    let content = document.get_page_content_with_limit(page, MAX_STREAM).map_err(broken)?;
    let content = Content::decode(&content).map_err(broken)?;
    let mut reader = Reader::default();
    for operation in &content.operations {
        if reader.found.len() >= MAX_FRAGMENTS {
            break;
        }
        match (operation.operator.as_str(), operation.operands.as_slice()) {
            ("Tf", [Object::Name(name), size]) => {
                reader.font = encodings.get(name);
                reader.size = size.as_float().unwrap_or(reader.size);
            }
            ("Tj", operands) | ("TJ", operands) => reader.show(operands),
            ("'", operands) => {
                reader.next_line();
                reader.show(operands);
            }
            ("\"", [_, _, text]) => {
                reader.next_line();
                reader.show(std::slice::from_ref(text));
            }
            (operator, operands) => reader.place(operator, &numbers(operands)),
        }
    }
    Ok(reader.found)
}

fn numbers(operands: &[Object]) -> Vec<f32> {
    operands.iter().filter_map(|operand| operand.as_float().ok()).collect()
}

struct Reader<'a> {
    page: Matrix,
    saved: Vec<Matrix>,
    line: Matrix,
    leading: f32,
    font: Option<&'a Encoding<'a>>,
    size: f32,
    /// Text shown without a move in between belongs together.
    moved: bool,
    found: Vec<Fragment>,
}

impl Default for Reader<'_> {
    fn default() -> Self {
        Self { page: IDENTITY, saved: Vec::new(), line: IDENTITY, leading: 0.0, font: None, size: 12.0, moved: true, found: Vec::new() }
    }
}

impl Reader<'_> {
    /// Operators that only move.
    fn place(&mut self, operator: &str, n: &[f32]) {
        match (operator, n) {
            ("q", _) if self.saved.len() < 256 => self.saved.push(self.page),
            ("Q", _) => self.page = self.saved.pop().unwrap_or(IDENTITY),
            ("cm", &[a, b, c, d, e, f]) => self.page = multiply([a, b, c, d, e, f], self.page),
            ("BT", _) => self.line = IDENTITY,
            ("Tm", &[a, b, c, d, e, f]) => self.line = [a, b, c, d, e, f],
            ("TL", &[leading]) => self.leading = leading,
            ("Td", &[x, y]) => self.line = multiply([1.0, 0.0, 0.0, 1.0, x, y], self.line),
            ("TD", &[x, y]) => {
                self.leading = -y;
                self.line = multiply([1.0, 0.0, 0.0, 1.0, x, y], self.line);
            }
            ("T*", _) => self.next_line(),
            _ => return,
        }
        self.moved = true;
    }

    fn next_line(&mut self) {
        self.line = multiply([1.0, 0.0, 0.0, 1.0, 0.0, -self.leading], self.line);
        self.moved = true;
    }

    fn show(&mut self, operands: &[Object]) {
        let Some(font) = self.font else { return };
        let mut text = String::new();
        collect(font, operands, &mut text, 0);
        if text.is_empty() {
            return;
        }
        match self.found.last_mut() {
            Some(last) if !self.moved => last.text.push_str(&text),
            _ => {
                let at = multiply(self.line, self.page);
                self.found.push(Fragment { x: at[4], y: at[5], size: self.size, text });
            }
        }
        self.moved = false;
    }
}

fn collect(font: &Encoding<'_>, operands: &[Object], text: &mut String, depth: u8) {
    for operand in operands {
        match operand {
            Object::String(bytes, _) => text.push_str(&Document::decode_text(font, bytes).unwrap_or_default()),
            Object::Array(parts) if depth < 2 => collect(font, parts, text, depth + 1),
            // A step back of a quarter em and more is a gap between words.
            other if other.as_float().is_ok_and(|shift| shift < -250.0) => text.push(' '),
            _ => {}
        }
    }
}

fn multiply(m: Matrix, n: Matrix) -> Matrix {
    [
        m[0] * n[0] + m[1] * n[2],
        m[0] * n[1] + m[1] * n[3],
        m[2] * n[0] + m[3] * n[2],
        m[2] * n[1] + m[3] * n[3],
        m[4] * n[0] + m[5] * n[2] + n[4],
        m[4] * n[1] + m[5] * n[3] + n[5],
    ]
}

/// Top to bottom, left to right.
fn rows(mut fragments: Vec<Fragment>) -> Vec<String> {
    fragments.sort_by(|a, b| b.y.total_cmp(&a.y));
    let mut rows: Vec<Vec<Fragment>> = Vec::new();
    for fragment in fragments {
        match rows.last_mut() {
            Some(row) if row.first().is_some_and(|first| (first.y - fragment.y).abs() <= LINE_TOLERANCE) => row.push(fragment),
            _ => rows.push(vec![fragment]),
        }
    }
    let line = |mut row: Vec<Fragment>| {
        row.sort_by(|a, b| a.x.total_cmp(&b.x));
        row.iter().map(|fragment| fragment.text.trim()).filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\t")
    };
    rows.into_iter().map(line).filter(|line| !line.is_empty()).collect()
}
