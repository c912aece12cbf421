//! The form in which texts are compared: whatever the case, the width and the composition of their letters, with one kind of hyphen
//! and apostrophe, and without what nobody sees.

/// A text in this form. `form` is NFKC in lower case, of whoever has Unicode's tables: the browser.
pub fn of(text: &str, form: &dyn Fn(&str) -> String) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    form(text).chars().filter(|character| !is_unseen(*character)).map(plain).collect()
}

/// Soft hyphens, joiners and spaces without width.
pub(crate) fn is_unseen(character: char) -> bool {
    matches!(character, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

/// One for one: digits, hyphens, apostrophes and signs of full width as ASCII has them.
pub(crate) fn plain(character: char) -> char {
    let digit = |zero: u32| char::from_digit(u32::from(character).wrapping_sub(zero), 10);
    match character {
        _ if character.is_ascii() => character,
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        '\u{2018}' | '\u{2019}' | '\u{2bc}' => '\'',
        '\u{201c}' | '\u{201d}' => '"',
        '\u{660}'..='\u{669}' => digit(0x660).unwrap_or(character),
        '\u{6f0}'..='\u{6f9}' => digit(0x6f0).unwrap_or(character),
        '\u{966}'..='\u{96f}' => digit(0x966).unwrap_or(character),
        '\u{66b}' => '.',
        '\u{66c}' => ',',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(character) - 0xfee0).unwrap_or(character),
        other => other,
    }
}

/// Marks that belong to the letter before them, and the letters that make up a Korean syllable.
pub(crate) fn is_mark(character: char) -> bool {
    matches!(
        character,
        '\u{300}'..='\u{36f}'
            | '\u{591}'..='\u{5c7}'
            | '\u{64b}'..='\u{655}'
            | '\u{670}'
            | '\u{93c}'
            | '\u{1161}'..='\u{11ff}'
            | '\u{1ab0}'..='\u{1aff}'
            | '\u{1dc0}'..='\u{1dff}'
            | '\u{20d0}'..='\u{20ff}'
            | '\u{3099}'
            | '\u{309a}'
            | '\u{fe20}'..='\u{fe2f}'
    )
}

/// Whether a character makes a word go on. Pictures of digits (`➃`, `²`) do not; nor do letters of scripts that put no spaces
/// between words.
pub(crate) fn is_word(character: char) -> bool {
    match character {
        _ if character.is_ascii() => character.is_ascii_alphanumeric(),
        '\u{2e80}'..='\u{a4cf}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{ff66}'..='\u{ff9f}'
        | '\u{20000}'..='\u{3ffff}' => false,
        _ => character.is_alphabetic() || plain(character).is_ascii_alphanumeric() || is_mark(character),
    }
}
