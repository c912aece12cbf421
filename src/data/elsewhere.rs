//! What the tabs of this browser tell each other about decisions: which are on their way, and which reviews are decided.

use crate::platform::tabs::Line;
use crate::state::globals_if_ready;
use std::cell::RefCell;

const CHANNEL: &str = "sluice-decisions";
/// Asks the other tabs what they have on its way.
const ASK: &str = "?";
const DECIDED: &str = "decided";
const FREE: &str = "free";

thread_local! {
    static LINE: Line = Line::open(CHANNEL, |message| hear(&message));
    /// What this tab has on its way: cases, and what was said of them.
    static OWN: RefCell<Vec<(String, String)>> = const { RefCell::new(Vec::new()) };
}

/// Hears the other tabs from now on, and asks them what there is. The pages of reviews do so when they are opened.
pub fn attend() {
    LINE.with(|line| line.say(ASK));
}

fn hear(message: &str) {
    if message == ASK {
        return OWN.with_borrow(|own| own.iter().for_each(|(_, said)| LINE.with(|line| line.say(said))));
    }
    let Some((waiting, (word, case))) = globals_if_ready().map(|globals| globals.waiting).zip(message.split_once('\n')) else { return };
    match (word, word.parse()) {
        (DECIDED, _) => waiting.note_decided(case),
        (_, Ok(until)) => waiting.note_elsewhere(case, until),
        _ => waiting.forget_elsewhere(case),
    }
}

fn say(case: &str, word: &str) {
    LINE.with(|line| line.say(&format!("{word}\n{case}")));
}

fn forget(case: &str) {
    OWN.with_borrow_mut(|own| own.retain(|(known, _)| known != case));
}

/// A decision is on its way here; without a further word that is believed until then.
pub fn on_its_way(case: &str, until: i64) {
    forget(case);
    OWN.with_borrow_mut(|own| own.push((case.to_owned(), format!("{until}\n{case}"))));
    say(case, &until.to_string());
}

/// It came to nothing: taken back, or not sent.
pub fn came_to_nothing(case: &str) {
    forget(case);
    say(case, FREE);
}

/// The review is decided.
pub fn decided(case: &str) {
    forget(case);
    say(case, DECIDED);
}

/// The page goes: what is held goes with it.
pub fn leave() {
    for (case, _) in OWN.take() {
        say(&case, FREE);
    }
}
