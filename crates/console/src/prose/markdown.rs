//! Markdown (CommonMark with tables and strikethrough) by `pulldown-cmark`.

use super::{Block, Inline, linked};
use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

/// Elements within each other; what lies deeper is its words alone.
const DEEPEST: usize = 16;
/// Characters read of one text.
const MOST: usize = 100_000;

/// Reads a text. Markup in it is text; pictures are links to them, since nothing is loaded from elsewhere.
pub fn markdown(text: &str) -> Vec<Block> {
    let text = match text.char_indices().nth(MOST) {
        Some((end, _)) => &text[..end],
        None => text,
    };
    let mut reader = Reader { events: Parser::new_ext(text, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH) };
    reader.blocks(None, 0)
}

struct Reader<'a> {
    events: Parser<'a>,
}

impl<'a> Reader<'a> {
    /// Everything up to this end, or that of the text.
    fn blocks(&mut self, end: Option<TagEnd>, depth: usize) -> Vec<Block> {
        let mut found: Vec<Block> = Vec::new();
        // Of a tight list's item, which has no paragraphs.
        let mut loose: Vec<Inline> = Vec::new();
        while let Some(event) = self.events.next() {
            if matches!(&event, Event::End(ended) if Some(*ended) == end) {
                break;
            }
            match event {
                Event::Start(tag) if is_block(&tag) => {
                    flush(&mut loose, &mut found);
                    self.block(tag, depth, &mut found);
                }
                Event::Rule => {
                    flush(&mut loose, &mut found);
                    found.push(Block::Rule);
                }
                Event::Html(html) => {
                    flush(&mut loose, &mut found);
                    found.push(Block::Paragraph(vec![Inline::Text(html.trim_end().to_owned())]));
                }
                other => self.inline(other, depth, &mut loose),
            }
        }
        flush(&mut loose, &mut found);
        found
    }

    fn block(&mut self, tag: Tag<'a>, depth: usize, found: &mut Vec<Block>) {
        let end = tag.to_end();
        let deeper = depth + 1;
        match tag {
            _ if depth >= DEEPEST => found.push(Block::Paragraph(vec![Inline::Text(self.text())])),
            Tag::Heading { level, .. } => found.push(Block::Heading(rank(level), self.inlines(end, deeper))),
            Tag::CodeBlock(kind) => {
                let text = self.text();
                // A fence's word names the language, which the text shows itself.
                let text = if matches!(kind, CodeBlockKind::Fenced(_)) { text.trim_end_matches('\n').to_owned() } else { text };
                found.push(Block::Code(text));
            }
            Tag::BlockQuote(_) => {
                let inner = self.blocks(Some(end), deeper);
                found.push(Block::Quote(inner));
            }
            Tag::List(from) => {
                let items = self.items(end, deeper);
                found.push(Block::List { from, items });
            }
            Tag::Table(_) => found.push(self.table(end, deeper)),
            Tag::Paragraph => found.push(Block::Paragraph(self.inlines(end, deeper))),
            _ => {
                let inner = self.blocks(Some(end), deeper);
                found.extend(inner);
            }
        }
    }

    fn items(&mut self, end: TagEnd, depth: usize) -> Vec<Vec<Block>> {
        let mut items = Vec::new();
        while let Some(event) = self.events.next() {
            match event {
                Event::Start(Tag::Item) => items.push(self.blocks(Some(TagEnd::Item), depth)),
                Event::End(ended) if ended == end => break,
                _ => {}
            }
        }
        items
    }

    fn table(&mut self, end: TagEnd, depth: usize) -> Block {
        let (mut head, mut rows) = (Vec::new(), Vec::new());
        let mut row = Vec::new();
        while let Some(event) = self.events.next() {
            match event {
                Event::Start(Tag::TableCell) => row.push(self.inlines(TagEnd::TableCell, depth)),
                Event::End(TagEnd::TableHead) => head = std::mem::take(&mut row),
                Event::End(TagEnd::TableRow) => rows.push(std::mem::take(&mut row)),
                Event::End(ended) if ended == end => break,
                _ => {}
            }
        }
        Block::Table { head, rows }
    }

    fn inlines(&mut self, end: TagEnd, depth: usize) -> Vec<Inline> {
        let mut found = Vec::new();
        while let Some(event) = self.events.next() {
            match event {
                Event::End(ended) if ended == end => break,
                other => self.inline(other, depth, &mut found),
            }
        }
        found
    }

    fn inline(&mut self, event: Event<'a>, depth: usize, found: &mut Vec<Inline>) {
        let deeper = depth + 1;
        match event {
            Event::Text(text) | Event::InlineHtml(text) | Event::Html(text) => push_text(found, &text),
            Event::Code(code) => found.push(Inline::Code(code.into_string())),
            Event::SoftBreak => push_text(found, " "),
            Event::HardBreak => found.push(Inline::Break),
            Event::Start(tag) => {
                let end = tag.to_end();
                match tag {
                    _ if depth >= DEEPEST => push_text(found, &self.text()),
                    Tag::Strong => found.push(Inline::Strong(self.inlines(end, deeper))),
                    Tag::Emphasis => found.push(Inline::Emphasis(self.inlines(end, deeper))),
                    Tag::Strikethrough => found.push(Inline::Struck(self.inlines(end, deeper))),
                    Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => {
                        let text = self.inlines(end, deeper);
                        let text = if text.is_empty() { vec![Inline::Text(dest_url.to_string())] } else { text };
                        found.push(linked(&dest_url, text));
                    }
                    _ => found.extend(self.inlines(end, deeper)),
                }
            }
            _ => {}
        }
    }

    /// The words up to the end of what has begun, however deep they stand.
    fn text(&mut self) -> String {
        let (mut text, mut within) = (String::new(), 0_usize);
        for event in self.events.by_ref() {
            match event {
                Event::Text(more) | Event::Code(more) | Event::Html(more) | Event::InlineHtml(more) => text.push_str(&more),
                Event::SoftBreak | Event::HardBreak => text.push('\n'),
                Event::Start(_) => within += 1,
                Event::End(_) if within == 0 => break,
                Event::End(_) => within -= 1,
                _ => {}
            }
        }
        text
    }
}

/// Words in a row are one text, so that they are found as one.
fn push_text(found: &mut Vec<Inline>, text: &str) {
    match found.last_mut() {
        Some(Inline::Text(before)) => before.push_str(text),
        _ => found.push(Inline::Text(text.to_owned())),
    }
}

fn flush(loose: &mut Vec<Inline>, found: &mut Vec<Block>) {
    if !loose.is_empty() {
        found.push(Block::Paragraph(std::mem::take(loose)));
    }
}

fn is_block(tag: &Tag<'_>) -> bool {
    !matches!(tag, Tag::Strong | Tag::Emphasis | Tag::Strikethrough | Tag::Link { .. } | Tag::Image { .. })
}

const fn rank(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}
