//! Effects, as Leptos has them.

use leptos::prelude::Effect as Compiled;

/// Leptos' own, compiled once: there each effect is a future of its own, half a kilobyte of code apiece.
pub struct Effect;

impl Effect {
    /// Runs soon and whenever what it read has changed, with what it answered the time before.
    #[expect(clippy::new_ret_no_self, reason = "it lives with its owner, as Leptos' does: nobody has a use for it")]
    pub fn new<T: 'static>(mut run: impl FnMut(Option<T>) -> T + 'static) {
        let mut last = None;
        boxed(Box::new(move || last = Some(run(last.take()))));
    }
}

#[inline(never)]
fn boxed(mut run: Box<dyn FnMut()>) {
    Compiled::new(move |_| run());
}
