//! Texts that a vendor formats, drawn as elements.

use super::{Glyph, Icon};
use crate::prelude::*;
use crate::strings::t;
use console::prose::{Block, Inline, link, markdown, pieces, table};
use console::text::readable::readable;
use runs::model::{OutputAs, Step};
use std::cell::Cell;

/// What is shown of a long text until somebody asks for the rest: whole blocks, up to about so many characters.
const LETTERS: usize = 600;

/// The text; only its beginning if it is long, and the rest when asked.
pub fn prose(blocks: Vec<Block>, label: &'static str) -> Html {
    let leaf = |_: usize, text: &str| readable(text).view();
    let mut letters = 0;
    let first = blocks.iter().take_while(|block| {
        let fits = letters < LETTERS;
        letters += pieces(std::slice::from_ref(*block)).iter().map(|text| text.chars().count()).sum::<usize>();
        fits
    });
    let first = first.count();
    if first == blocks.len() {
        return view! { <div class="sl-md" translate="no">{drawn(&blocks, label, &leaf)}</div> };
    }
    let whole = RwSignal::new(false);
    let shown = move || {
        let blocks = if whole.get() { &blocks[..] } else { blocks.get(..first).unwrap_or_default() };
        drawn(blocks, label, &leaf)
    };
    let words = move || if whole.get() { t().shared.show_less } else { t().shared.show_all };
    view! {
        <div class="sl-md" translate="no">{shown}</div>
        <button type="button" class="sl-link" aria-expanded=move || whole.get().to_string() on:click=move |_| whole.update(|whole| *whole = !*whole)>
            {words}
        </button>
    }
}

/// The output of a step as what it is meant to be looked at; `None`: it is data.
pub fn output_prose(step: &Step) -> Option<Vec<Block>> {
    let output = step.output.as_ref()?;
    match step.output_as {
        OutputAs::Data => None,
        OutputAs::Markdown => output.as_str().map(markdown),
        OutputAs::Table => table(output),
        OutputAs::Link => output.as_str().map(link),
        OutputAs::Percent => output.is_number().then(|| vec![Block::Paragraph(vec![Inline::Text(format!("{output} %"))])]),
    }
}

/// Draws blocks; each text by `leaf`, which gets its place among [`pieces`]. `label` names what may be scrolled sideways.
pub fn drawn(blocks: &[Block], label: &str, leaf: &dyn Fn(usize, &str) -> Html) -> Vec<Html> {
    let draw = Draw { at: Cell::new(0), boxes: Cell::new(0), label, leaf };
    draw.blocks(blocks)
}

struct Draw<'a> {
    at: Cell<usize>,
    /// What may be scrolled, so far.
    boxes: Cell<usize>,
    label: &'a str,
    leaf: &'a dyn Fn(usize, &str) -> Html,
}

impl Draw<'_> {
    fn text(&self, text: &str) -> Html {
        let at = self.at.get();
        self.at.set(at + 1);
        (self.leaf)(at, text)
    }

    /// Regions have names of their own.
    fn box_name(&self) -> String {
        let nth = self.boxes.get() + 1;
        self.boxes.set(nth);
        if nth == 1 { self.label.to_owned() } else { format!("{} {nth}", self.label) }
    }

    fn blocks(&self, blocks: &[Block]) -> Vec<Html> {
        blocks.iter().map(|block| self.block(block)).collect()
    }

    fn block(&self, block: &Block) -> Html {
        match block {
            // Not a heading of the page, whose order it would break.
            Block::Heading(level, text) => {
                view! { <p class="sl-md__h" data-level=level.to_string()><strong dir="auto">{self.inlines(text)}</strong></p> }
            }
            Block::Paragraph(text) => view! { <p dir="auto">{self.inlines(text)}</p> },
            Block::Code(text) => {
                view! { <code class="sl-code" tabindex="0" role="region" aria-label=self.box_name()>{self.text(text)}</code> }
            }
            Block::Quote(inner) => view! { <blockquote>{self.blocks(inner)}</blockquote> },
            Block::List { from, items } => {
                let items: Vec<Html> = items.iter().map(|item| view! { <li dir="auto">{self.blocks(item)}</li> }).collect();
                match from {
                    Some(from) => view! { <ol start=from.to_string()>{items}</ol> },
                    None => view! { <ul>{items}</ul> },
                }
            }
            Block::Table { head, rows } => self.table(head, rows),
            Block::Rule => view! { <hr /> },
        }
    }

    fn table(&self, head: &[Vec<Inline>], rows: &[Vec<Vec<Inline>>]) -> Html {
        let head: Vec<Html> = head.iter().map(|cell| view! { <th scope="col" dir="auto">{self.inlines(cell)}</th> }).collect();
        let line = |row: &Vec<Vec<Inline>>| {
            let cells: Vec<Html> = row.iter().map(|cell| view! { <td dir="auto">{self.inlines(cell)}</td> }).collect();
            view! { <tr>{cells}</tr> }
        };
        let rows: Vec<Html> = rows.iter().map(line).collect();
        view! {
            <div class="sl-liscroll" tabindex="0" role="region" aria-label=self.box_name()>
                <table class="sl-md__t">
                    {(!head.is_empty()).then(|| view! { <thead><tr>{head}</tr></thead> })}
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
    }

    fn inlines(&self, all: &[Inline]) -> Vec<Html> {
        all.iter().map(|inline| self.inline(inline)).collect()
    }

    fn inline(&self, inline: &Inline) -> Html {
        match inline {
            Inline::Text(text) => self.text(text),
            Inline::Code(text) => view! { <code class="sl-mono">{self.text(text)}</code> },
            Inline::Strong(inner) => view! { <strong>{self.inlines(inner)}</strong> },
            Inline::Emphasis(inner) => view! { <em>{self.inlines(inner)}</em> },
            Inline::Struck(inner) => view! { <s>{self.inlines(inner)}</s> },
            Inline::Link { href, text } => view! {
                <a href=href.clone() target="_blank" rel="noopener noreferrer external">{self.inlines(text)}<Glyph icon=Icon::External small=true /></a>
            },
            Inline::Break => view! { <br /> },
        }
    }
}
