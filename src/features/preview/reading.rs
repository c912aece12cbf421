//! Reads the text of a document page by page.

use super::marking::{DocumentText, Marking};
use super::pages::Layers;
use super::search::Search;
use crate::net::Bytes;
use crate::platform::document::{Document, Opener};
use crate::prelude::*;
use console::places::MAX_TEXT;
use std::rc::Rc;
use std::sync::Arc;

/// Pages that are searched, and after how many what was found so far is shown.
const SEARCHED: u32 = 300;
const AT_ONCE: u32 = 20;
/// Pages that tell what a document is about.
const FIRST: u32 = 3;

/// Hands over what is written as it comes.
pub async fn search(document: Rc<Document>, layers: Layers, marking: Option<Marking>, finding: Search) {
    let (last, mut length, mut unread) = (document.pages.min(SEARCHED), 0, false);
    let mut done = 0;
    while done < last && length <= MAX_TEXT {
        let number = done + 1;
        let layer = document.text(number).await;
        unread |= layer.is_err();
        let layer = layer.unwrap_or_default();
        length += layer.text.chars().count();
        // The view is gone.
        if layers.try_update(|layers| layers.insert(number, Rc::new(layer))).is_none() {
            return;
        }
        done = number;
        if done % AT_ONCE == 0 && done < last {
            hand_over(layers, marking, finding, done, true, unread);
        }
    }
    hand_over(layers, marking, finding, done, done < document.pages, unread);
}

fn hand_over(layers: Layers, marking: Option<Marking>, finding: Search, pages: u32, cut: bool, unread: bool) {
    let text = |number| layers.with_untracked(|layers| layers.get(&number).map(|layer| layer.text.clone()).unwrap_or_default());
    let pieces: Arc<Vec<String>> = Arc::new((1..=pages).map(text).collect());
    let blank = pieces.iter().all(|piece| piece.trim().is_empty());
    finding.pieces.set(Arc::clone(&pieces));
    if let Some(marking) = marking {
        marking.text.set(match blank {
            true if unread => DocumentText::Undrawn,
            true => DocumentText::Textless,
            false => DocumentText::Read { pieces, cut: cut || unread },
        });
    }
}

/// What is written on the first pages of a PDF document.
pub async fn beginning(bytes: &Bytes) -> Vec<String> {
    let Ok(document) = Document::open(Opener::Pdf, &bytes.body, &bytes.media_type).await else { return Vec::new() };
    let mut pieces = Vec::new();
    for number in 1..=document.pages.min(FIRST) {
        pieces.push(document.text(number).await.unwrap_or_default().text);
    }
    pieces
}
