//! What the tabs of this browser tell each other about decisions: which are under way, and which reviews are decided.

use super::{globals_if_ready, page_wide};
use crate::platform::tabs::Channel;
use leptos::prelude::*;
use runs::Timestamp;
use std::cell::{OnceCell, RefCell};

const CHANNEL: &str = "sluice-decisions";
/// Asks the other tabs which decisions they have under way.
const ASK: &str = "?";
const DECIDED: &str = "decided";
const FREE: &str = "free";

/// This tab's end of the channel.
#[derive(Default)]
pub struct OtherTabs {
    channel: OnceCell<Channel>,
    /// What this tab has under way: cases, and the last message about each.
    own: RefCell<Vec<(String, String)>>,
    /// What other tabs decided: cases, whether it was approved, and when it was sent.
    decided: ArcRwSignal<Vec<(String, bool, Timestamp)>>,
}

impl OtherTabs {
    /// Listens to the other tabs from now on, and asks them what is under way. The pages of reviews do so when they are opened.
    pub fn attend(&self) {
        self.broadcast(ASK);
    }

    fn broadcast(&self, text: &str) {
        self.channel.get_or_init(|| Channel::open(CHANNEL, |message| page_wide::<Self>().receive(&message))).broadcast(text);
    }

    fn receive(&self, message: &str) {
        if message == ASK {
            return self.own.borrow().iter().for_each(|(_, last)| self.broadcast(last));
        }
        let Some((waiting, (word, case))) = globals_if_ready().map(|globals| globals.waiting).zip(message.split_once('\n')) else { return };
        match (word, word.parse()) {
            (DECIDED, _) => {
                // The verdict comes only from the tab that sent it.
                let (case, verdict) = case.split_once('\n').unwrap_or((case, ""));
                waiting.note_decided(case);
                if let Some((approved, at)) =
                    verdict.split_once(' ').and_then(|(approved, at)| Some((approved == "true", at.parse().ok()?)))
                {
                    self.decided.update(|decided| {
                        decided.retain(|(known, ..)| known != case);
                        decided.push((case.to_owned(), approved, Timestamp(at)));
                    });
                }
            }
            (_, Ok(until)) => waiting.note_elsewhere(case, until),
            _ => waiting.forget_elsewhere(case),
        }
    }

    fn tell(&self, case: &str, word: &str) {
        self.broadcast(&format!("{word}\n{case}"));
    }

    fn forget(&self, case: &str) {
        self.own.borrow_mut().retain(|(known, _)| known != case);
    }

    /// A decision is under way here; without a further message the others believe that until then.
    pub fn under_way(&self, case: &str, until: i64) {
        self.forget(case);
        self.own.borrow_mut().push((case.to_owned(), format!("{until}\n{case}")));
        self.tell(case, &until.to_string());
    }

    /// It came to nothing: taken back, or not sent.
    pub fn dropped(&self, case: &str) {
        self.forget(case);
        self.tell(case, FREE);
    }

    /// The review is decided; `mine`: by this tab, with what was sent and when. It is no secret to a device that keeps no drafts.
    pub fn decided(&self, case: &str, mine: Option<(bool, Timestamp)>) {
        self.forget(case);
        let verdict = mine.map(|(approved, at)| format!("\n{approved} {}", at.0)).unwrap_or_default();
        self.tell(&format!("{case}{verdict}"), DECIDED);
    }

    /// What another tab decided, and when.
    pub fn decided_there(&self, case: &str) -> Option<(bool, Timestamp)> {
        self.decided.with(|decided| decided.iter().find(|(known, ..)| known == case).map(|(_, approved, at)| (*approved, *at)))
    }

    /// The page goes: what is held goes with it.
    pub fn leave(&self) {
        for (case, _) in self.own.take() {
            self.tell(&case, FREE);
        }
    }
}
