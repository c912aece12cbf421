//! Views register here for the actions that they handle.

use crate::state::page_wide;
use console::keys::Action;
use leptos::prelude::*;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// Says whether it did something.
type Answer = Rc<dyn Fn(Action) -> bool>;

/// What views answer to actions. Apart from the keymap: the history answers too, and its module has no code for the choice of keys.
#[derive(Default)]
struct Answers {
    last: Cell<u32>,
    all: RefCell<Vec<(u32, Answer)>>,
}

/// As long as the view lives, actions are its own: the newest view that answers wins.
pub fn answer(act: impl Fn(Action) -> bool + 'static) {
    let answers = page_wide::<Answers>();
    let id = answers.last.get() + 1;
    answers.last.set(id);
    answers.all.borrow_mut().push((id, Rc::new(act)));
    on_cleanup(move || page_wide::<Answers>().all.borrow_mut().retain(|(other, _)| *other != id));
}

pub(super) fn answered(action: Action) -> bool {
    let answers: Vec<Answer> = page_wide::<Answers>().all.borrow().iter().rev().map(|(_, answer)| Rc::clone(answer)).collect();
    answers.iter().any(|answer| answer(action))
}
