//! Which document of a review is open first.

use super::sources;
use crate::features::preview::{self, Paper};
use crate::features::review::desk::Desk;
use crate::net::{self, Bytes, Scope};
use crate::platform::{clock, page};
use crate::prelude::*;
use crate::routes;
use console::places::mark;
use runs::model::File;
use std::cell::RefCell;
use std::sync::Arc;

/// Documents that are read to compare them, and for how long one waits for them, in milliseconds.
const MOST: usize = 6;
const LONGEST: u32 = 4_000;

thread_local! {
    /// The field of the document that was opened last: the next review opens its own of the same field.
    static OPENED: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// What is shown: earlier steps, a document by its place in the list, or nothing yet.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Open {
    Choosing,
    Steps,
    Document(usize),
}

#[derive(Clone, Copy)]
pub struct Opening {
    pub open: RwSignal<Open>,
    documents: Memo<Vec<File>>,
    /// What was read to compare, of the document that is opened for it.
    read: StoredValue<Option<(String, Arc<Bytes>)>>,
}

impl Opening {
    /// Once, when the documents come: the one of the field that the person opened last, else that in which most of the form's values
    /// stand. Afterwards the person chooses.
    pub fn new(desk: Desk, documents: Memo<Vec<File>>) -> Self {
        let opening = Self { open: RwSignal::new(Open::Steps), documents, read: StoredValue::new(None) };
        Effect::new(move |known: Option<bool>| {
            let all: Vec<(usize, File)> =
                documents.with(|all| all.iter().cloned().enumerate().filter(|(_, file)| file.id.is_some()).collect());
            let known = known.unwrap_or(false);
            if known || all.is_empty() {
                return known;
            }
            let again = OPENED.with_borrow(|field| all.iter().find(|(_, file)| Some(&file.field) == field.as_ref()).map(|(at, _)| *at));
            let only = if let [(at, _)] = all.as_slice() { Some(*at) } else { None };
            match again.or(only) {
                Some(at) => opening.open.set(Open::Document(at)),
                None => opening.compare(desk, all),
            }
            true
        });
        opening
    }

    pub fn choose(self, open: Open) {
        let field = match open {
            Open::Document(at) => self.documents.with_untracked(|documents| documents.get(at).map(|file| file.field.clone())),
            _ => None,
        };
        OPENED.replace(field);
        self.open.set(open);
    }

    /// The bytes of a document, if they were just read to compare it.
    pub fn bytes(self, file: &File) -> Option<Arc<Bytes>> {
        let (id, bytes) = self.read.try_update_value(Option::take).flatten()?;
        (file.id.as_ref() == Some(&id)).then_some(bytes)
    }

    fn compare(self, desk: Desk, documents: Vec<(usize, File)>) {
        self.open.set(Open::Choosing);
        // What stood in the earlier steps is out of sight.
        desk.evidence.marking.paper.set(Paper::Closed);
        let first = documents.first().map_or(0, |(at, _)| *at);
        // Only what nobody has chosen meanwhile.
        let settle = move |at: usize| {
            if self.open.try_get_untracked() == Some(Open::Choosing) {
                self.open.set(Open::Document(at));
            }
        };
        let best = StoredValue::new((0, first));
        leptos::task::spawn_local(async move {
            clock::sleep(LONGEST).await;
            if let Some((_, at)) = best.try_get_value() {
                settle(at);
            }
        });
        let (scope, connection) = (Scope::of_view(), desk.connection().id);
        leptos::task::spawn_local(async move {
            for (at, file) in documents.into_iter().take(MOST) {
                let Some(id) = file.id.clone() else { continue };
                let Ok(bytes) = net::file(&routes::file(&connection, &id), &scope).await else { continue };
                let bytes = Arc::new(bytes);
                let pieces = preview::beginning(&file, &bytes).await;
                if scope.ended() || self.open.try_get_untracked() != Some(Open::Choosing) {
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
