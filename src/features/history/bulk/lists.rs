use super::item::{going, left_out, planned};
use super::job::{Job, Stage};
use crate::prelude::*;
use crate::strings::t;
use std::rc::Rc;

/// Lines drawn before somebody asks for all of them.
const FIRST: usize = 100;

/// The runs that it is about: those that will be sent or are, those that did not come to their end, and those left out.
pub fn lists(job: &Rc<Job>, asking: bool) -> Html {
    let words = t().bulk;
    let all = RwSignal::new(false);
    let main = {
        let job = Rc::clone(job);
        move || {
            let most = if all.get() { usize::MAX } else { FIRST };
            job.items
                .iter()
                .take(most)
                .map(|item| if asking { planned(&item.picked) } else { going(std::sync::Arc::clone(item)) })
                .collect::<Vec<_>>()
        }
    };
    let heading = if asking { (words.will)(job.verb, job.items.len()) } else { words.results.to_owned() };
    let many = job.items.len();
    let left = {
        let job = Rc::clone(job);
        move || {
            job.out
                .iter()
                .take(if all.get() { usize::MAX } else { FIRST })
                .map(|left| left_out(&left.picked, left.out, left.vendor, job.verb))
                .collect::<Vec<_>>()
        }
    };
    let problems = {
        let job = Rc::clone(job);
        move || problems(&job)
    };
    let out = job.out.len();
    let more = many > FIRST || out > FIRST;
    view! {
        {(!asking).then_some(problems)}
        {(many > 0).then(|| view! { <h3 class="sl-sm">{heading}</h3><ul class="sl-several__list">{main}</ul> })}
        {(out > 0).then(|| view! { <h3 class="sl-sm">{(words.left_out)(out)}</h3><ul class="sl-several__list">{left}</ul> })}
        {move || (more && !all.get()).then(|| view! {
            <button type="button" class="sl-btn" on:click=move |_| all.set(true)>{(words.show_all)(many.max(out))}</button>
        })}
    }
}

/// What needs a look, above everything else once it is over.
fn problems(job: &Rc<Job>) -> Option<Html> {
    if job.stage.get() != Stage::Ended {
        return None;
    }
    let found = job.problems();
    // Where everything failed the list below says so already.
    if found.is_empty() || found.len() == job.items.len() {
        return None;
    }
    let count = found.len();
    let lines: Vec<Html> = found.into_iter().take(FIRST).map(going).collect();
    Some(view! { <h3 class="sl-sm">{(t().bulk.problems)(count)}</h3><ul class="sl-several__list">{lines}</ul> })
}
