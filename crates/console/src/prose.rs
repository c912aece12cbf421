//! Texts that a vendor formats, as a tree of elements that a page can draw: nothing of it is ever markup.

mod markdown;
mod table;

pub use markdown::markdown;
pub use table::table;

/// One block of a formatted text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// One-based.
    Heading(u8, Vec<Inline>),
    Paragraph(Vec<Inline>),
    Code(String),
    Quote(Vec<Block>),
    List {
        /// The number of the first item of a numbered list.
        from: Option<u64>,
        items: Vec<Vec<Block>>,
    },
    Table {
        head: Vec<Vec<Inline>>,
        rows: Vec<Vec<Vec<Inline>>>,
    },
    Rule,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inline {
    Text(String),
    Code(String),
    Strong(Vec<Inline>),
    Emphasis(Vec<Inline>),
    Struck(Vec<Inline>),
    /// Leads to a page of the web, or to a mailbox.
    Link {
        href: String,
        text: Vec<Inline>,
    },
    Break,
}

/// A link that stands for itself; a text where it leads nowhere that may be followed.
pub fn link(href: &str) -> Vec<Block> {
    vec![Block::Paragraph(vec![linked(href, vec![Inline::Text(href.to_owned())])])]
}

/// Whether an address may be followed: scripts, data and files never.
pub fn may_follow(href: &str) -> bool {
    let scheme = href.trim().split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
    matches!(scheme.as_deref(), Some("http" | "https" | "mailto"))
}

fn linked(href: &str, text: Vec<Inline>) -> Inline {
    match may_follow(href) {
        true => Inline::Link { href: href.trim().to_owned(), text },
        // Where it would lead is said, not hidden.
        false if text == [Inline::Text(href.to_owned())] => Inline::Text(href.to_owned()),
        false => Inline::Emphasis([text, vec![Inline::Text(format!(" ({href})"))]].concat()),
    }
}

/// Every text in the order in which it stands there: what is searched.
pub fn pieces(blocks: &[Block]) -> Vec<String> {
    let mut found = Vec::new();
    blocks.iter().for_each(|block| gather(block, &mut found));
    found
}

fn gather(block: &Block, found: &mut Vec<String>) {
    match block {
        Block::Heading(_, text) | Block::Paragraph(text) => inlines(text, found),
        Block::Code(text) => found.push(text.clone()),
        Block::Quote(blocks) => blocks.iter().for_each(|block| gather(block, found)),
        Block::List { items, .. } => items.iter().flatten().for_each(|block| gather(block, found)),
        Block::Table { head, rows } => head.iter().chain(rows.iter().flatten()).for_each(|cell| inlines(cell, found)),
        Block::Rule => {}
    }
}

fn inlines(all: &[Inline], found: &mut Vec<String>) {
    for inline in all {
        match inline {
            Inline::Text(text) | Inline::Code(text) => found.push(text.clone()),
            Inline::Strong(inner) | Inline::Emphasis(inner) | Inline::Struck(inner) | Inline::Link { text: inner, .. } => {
                inlines(inner, found);
            }
            Inline::Break => {}
        }
    }
}
