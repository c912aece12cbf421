//! Lines of a file that people open in a spreadsheet (RFC 4180): nothing in it runs as a formula, and no cell is longer than Excel
//! takes. It is not exact: for that there is JSON.

use crate::text::readable::readable;

/// What the file begins with: without it Excel takes UTF-8 for the system's old encoding.
pub const MARK: &str = "\u{feff}";
/// The longest cell that Excel keeps, in UTF-16 units.
pub const LONGEST: usize = 32_767;

/// What stands between cells. Where numbers have a decimal comma, Excel expects semicolons and puts a line with commas into one cell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Separator {
    #[default]
    Comma,
    Semicolon,
    Tab,
}

impl Separator {
    pub const ALL: [Self; 3] = [Self::Comma, Self::Semicolon, Self::Tab];

    pub const fn sign(self) -> char {
        match self {
            Self::Comma => ',',
            Self::Semicolon => ';',
            Self::Tab => '\t',
        }
    }

    /// The word in addresses.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Comma => "comma",
            Self::Semicolon => "semicolon",
            Self::Tab => "tab",
        }
    }

    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|separator| separator.word() == word)
    }
}

/// One line, cell by cell.
#[derive(Debug)]
pub struct Record {
    separator: char,
    line: String,
    first: bool,
}

impl Record {
    pub const fn new(separator: Separator) -> Self {
        Self { separator: separator.sign(), line: String::new(), first: true }
    }

    fn next(&mut self) {
        if !std::mem::take(&mut self.first) {
            self.line.push(self.separator);
        }
    }

    /// A number, `true`, or nothing: as it is.
    pub fn plain(&mut self, value: &str) {
        self.next();
        self.line.push_str(value);
    }

    pub fn text(&mut self, text: &str) {
        self.next();
        let mut text = readable(text);
        if is_formula(&text) {
            text.insert(0, '\'');
        }
        let text = shortened(text);
        if !text.contains([',', ';', '"', '\r', '\n', '\t']) && text.trim() == text {
            self.line.push_str(&text);
            return;
        }
        self.line.push('"');
        self.line.push_str(&text.replace('"', "\"\""));
        self.line.push('"');
    }

    pub fn end(mut self) -> String {
        self.line.push_str("\r\n");
        self.line
    }
}

/// Cut where Excel would cut without a word, with a mark that says so.
fn shortened(text: String) -> String {
    let length = text.encode_utf16().count();
    if length <= LONGEST {
        return text;
    }
    let mark = format!("… [cut: {length} characters]");
    let mut room = LONGEST - mark.encode_utf16().count();
    let fits = |character: &char| {
        let fits = character.len_utf16() <= room;
        room = room.saturating_sub(character.len_utf16());
        fits
    };
    let mut kept: String = text.chars().take_while(fits).collect();
    kept.push_str(&mark);
    kept
}

/// Whether a spreadsheet could take a text for a formula: what it begins with, also behind blanks and in the full-width forms that
/// some locales read alike. A number is none, whatever its sign.
pub fn is_formula(text: &str) -> bool {
    let blank = |character: char| character.is_whitespace() || character.is_control() || character == '\u{feff}';
    let begins = text.trim_start_matches(blank);
    let breaks = text.starts_with(['\t', '\r', '\n']);
    let sign = begins.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
    (breaks || sign) && !is_number(text)
}

/// By the grammar of JSON.
fn is_number(text: &str) -> bool {
    let text = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = text.split_once(['e', 'E']).map_or((text, None), |(mantissa, exponent)| (mantissa, Some(exponent)));
    let (whole, fraction) = mantissa.split_once('.').map_or((mantissa, None), |(whole, fraction)| (whole, Some(fraction)));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let exponent = exponent.map(|exponent| exponent.strip_prefix(['+', '-']).unwrap_or(exponent));
    digits(whole) && fraction.is_none_or(digits) && exponent.is_none_or(digits)
}
