use console::keys::Action;
use leptos::prelude::*;
use std::cell::RefCell;
use std::rc::Rc;

/// Says whether it did something.
type Answer = Rc<dyn Fn(Action) -> bool>;

thread_local! {
    // Apart from the keymap: the history answers too, and its module does not carry the code for the choice of keys.
    static ANSWERS: RefCell<(u32, Vec<(u32, Answer)>)> = const { RefCell::new((0, Vec::new())) };
}

/// As long as the view lives, actions are its own: the newest view that answers wins.
pub fn answer(act: impl Fn(Action) -> bool + 'static) {
    let id = ANSWERS.with_borrow_mut(|(last, answers)| {
        *last += 1;
        answers.push((*last, Rc::new(act)));
        *last
    });
    on_cleanup(move || ANSWERS.with_borrow_mut(|(_, answers)| answers.retain(|(other, _)| *other != id)));
}

pub(super) fn answered(action: Action) -> bool {
    let answers: Vec<Answer> = ANSWERS.with_borrow(|(_, answers)| answers.iter().rev().map(|(_, answer)| Rc::clone(answer)).collect());
    answers.iter().any(|answer| answer(action))
}
