//! Chooses the document that is opened first.

use super::sources;
use crate::features::preview::{self, DocumentText};
use crate::features::review::desk::Desk;
use crate::features::review::session::ReviewSession;
use crate::net::{self, Bytes, Scope};
use crate::platform::{clock, page};
use crate::prelude::*;
use crate::routes;
use console::places::mark;
use runs::model::File;
use std::sync::Arc;

/// Documents that are read to compare them, and for how long one waits for them, in milliseconds.
const MOST: usize = 6;
const LONGEST: u32 = 4_000;

/// What is shown: earlier steps, a document by its place in the list, or nothing yet.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    Comparing,
    Steps,
    Document(usize),
}

#[derive(Clone, Copy)]
pub struct DocumentChoice {
    pub shown: RwSignal<Shown>,
    documents: Memo<Vec<File>>,
    /// What was read to compare, of the document that is opened for it.
    read: StoredValue<Option<(String, Arc<Bytes>)>>,
}

impl DocumentChoice {
    /// Once, when the documents come: the one of the field that the person opened last, else that in which most of the form's values
    /// stand. Afterwards the person chooses.
    pub fn new(desk: Desk, documents: Memo<Vec<File>>) -> Self {
        let choice = Self { shown: RwSignal::new(Shown::Steps), documents, read: StoredValue::new(None) };
        Effect::new(move |known: Option<bool>| {
            let all: Vec<(usize, File)> =
                documents.with(|all| all.iter().cloned().enumerate().filter(|(_, file)| file.id.is_some()).collect());
            let known = known.unwrap_or(false);
            if known || all.is_empty() {
                return known;
            }
            let field = ReviewSession::get().document_field.borrow().clone();
            let again = all.iter().find(|(_, file)| Some(&file.field) == field.as_ref()).map(|(at, _)| *at);
            let only = if let [(at, _)] = all.as_slice() { Some(*at) } else { None };
            match again.or(only) {
                Some(at) => choice.shown.set(Shown::Document(at)),
                None => choice.compare(desk, all),
            }
            true
        });
        choice
    }

    pub fn choose(self, shown: Shown) {
        let field = match shown {
            Shown::Document(at) => self.documents.with_untracked(|documents| documents.get(at).map(|file| file.field.clone())),
            _ => None,
        };
        ReviewSession::get().document_field.replace(field);
        // Whoever chooses wants it as it is now.
        self.read.set_value(None);
        self.shown.set(shown);
    }

    /// The bytes of a document, if they were just read to compare it.
    pub fn bytes(self, file: &File) -> Option<Arc<Bytes>> {
        let (id, bytes) = self.read.try_update_value(Option::take).flatten()?;
        (file.id.as_ref() == Some(&id)).then_some(bytes)
    }

    fn compare(self, desk: Desk, documents: Vec<(usize, File)>) {
        self.shown.set(Shown::Comparing);
        // What stood in the earlier steps is out of sight.
        desk.evidence.marking.text.set(DocumentText::Closed);
        let first = documents.first().map_or(0, |(at, _)| *at);
        // Only what nobody has chosen meanwhile.
        let settle = move |at: usize| {
            if self.shown.try_get_untracked() == Some(Shown::Comparing) {
                self.shown.set(Shown::Document(at));
            }
        };
        let best = StoredValue::new((0, first));
        leptos::task::spawn_local(async move {
            clock::sleep(LONGEST).await;
            if let Some((_, at)) = best.try_get_value() {
                settle(at);
            }
        });
        let (scope, connection, run) = (Scope::of_view(), desk.connection().id, desk.address().run);
        leptos::task::spawn_local(async move {
            for (at, file) in documents.into_iter().take(MOST) {
                let Some(id) = file.id.clone() else { continue };
                let Ok(bytes) = net::file(&routes::file(&connection, &run, &id), &scope).await else { continue };
                let bytes = Arc::new(bytes);
                let pieces = preview::beginning(&file, &bytes).await;
                if scope.ended() || self.shown.try_get_untracked() != Some(Shown::Comparing) {
                    return;
                }
                let found = mark(&sources::sought(desk), &pieces, &[], &page::compatible).fields();
                let better = best.try_update_value(|best| {
                    let better = found > best.0;
                    if better {
                        *best = (found, at);
                    }
                    better
                });
                if better == Some(true) {
                    self.read.set_value(Some((id, bytes)));
                }
            }
            if let Some((_, at)) = best.try_get_value() {
                settle(at);
            }
        });
    }
}
