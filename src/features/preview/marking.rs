//! Marks the places of a form's values in a document.

use super::icon_button::icon_button;
use crate::platform::page;
use crate::platform::press::Press;
use crate::prelude::*;
use crate::strings::t;
use crate::ui::Icon;
use console::places::{Found, MAX_PLACES, Sought, Span, is_sought, mark};
use runs::model::source::{Frame, SourceLocation};
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;
use wasm_bindgen::JsCast;
use web_sys::{Element, EventTarget, MouseEvent};

/// A value that stands in more places than this is framed only while its field has the focus: it would frame everything.
const RARE: usize = 4;
/// The pane that the documents stand in.
pub const PANE: &str = "evidence";

/// The text of what is shown, as far as it is known.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum DocumentText {
    /// Nothing is shown that has a text.
    #[default]
    Closed,
    Reading,
    /// A scan or a picture: no text to search.
    Textless,
    /// Without a text as far as can be told: not all of it could be drawn or read.
    Undrawn,
    Read {
        pieces: Arc<Vec<String>>,
        /// There is more than was searched.
        cut: bool,
    },
}

/// Where the values of a form stand in the document beside it.
#[derive(Clone, Copy)]
pub struct Marking {
    /// The fields, as they were when the focus moved or typing paused.
    pub fields: RwSignal<Arc<Vec<Sought>>>,
    pub text: RwSignal<DocumentText>,
    /// Documents that could not be read when they were opened, by the vendor's id. Looking elsewhere shows none of them.
    pub unread: RwSignal<BTreeSet<String>>,
    /// The document that is shown, by the vendor's id.
    pub file: RwSignal<Option<String>>,
    /// What the vendor says of places, in any document.
    pub told: RwSignal<Arc<Vec<SourceLocation>>>,
    vendor: &'static str,
    found: Memo<Arc<Found>>,
    /// The field that has the focus, or had it last.
    field: RwSignal<Option<String>>,
    /// Which of its places.
    at: RwSignal<usize>,
    /// Every place is framed, not only the field's.
    pub all: RwSignal<bool>,
    /// A place was chosen that several fields could mean.
    offer: RwSignal<Option<(usize, Vec<String>)>>,
    /// Counts up when the place that is meant should be seen.
    pub seek: RwSignal<u32>,
    /// The spot that the person came from.
    aim: StoredValue<Option<usize>>,
    /// The piece that is in sight: places there are meant first.
    pub near: StoredValue<usize>,
    /// A field's name in words.
    name: Callback<String, String>,
    /// The field that the person wants to go to.
    pub wanted: RwSignal<Option<String>>,
}

/// One place as it is drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    pub spot: usize,
    pub place: Span,
    pub frame: Option<Frame>,
    /// Which of the field's places, where there are several.
    pub number: Option<usize>,
    /// It is the field's that has the focus.
    pub on: bool,
    /// And the one that is meant.
    pub current: bool,
    /// Tab leads to it; arrows go on from there.
    pub tab: bool,
    pub label: String,
}

impl Marking {
    pub fn new(name: Callback<String, String>, vendor: &'static str) -> Self {
        let (fields, text) = (RwSignal::new(Arc::default()), RwSignal::new(DocumentText::Closed));
        let (file, told) = (RwSignal::new(None::<String>), RwSignal::new(Arc::<Vec<SourceLocation>>::default()));
        let found = Memo::new(move |_| {
            let here = |one: &&SourceLocation| file.with(|file| file.as_ref() == Some(&one.file));
            let told: Vec<SourceLocation> = told.with(|told| told.iter().filter(here).cloned().collect());
            let pieces = match text.get() {
                DocumentText::Read { pieces, .. } => pieces,
                // A scan has no text, and the vendor may have read it all the same.
                DocumentText::Textless | DocumentText::Undrawn => Arc::default(),
                _ => return Arc::default(),
            };
            fields.with(|fields: &Arc<Vec<Sought>>| Arc::new(mark(fields, &pieces, &told, &page::compatible)))
        });
        let marking = Self {
            fields,
            text,
            unread: RwSignal::new(BTreeSet::new()),
            file,
            told,
            vendor,
            found,
            field: RwSignal::new(None),
            at: RwSignal::new(0),
            all: RwSignal::new(true),
            offer: RwSignal::new(None),
            seek: RwSignal::new(0),
            aim: StoredValue::new(None),
            near: StoredValue::new(0),
            name,
            wanted: RwSignal::new(None),
        };
        marking.follow();
        marking
    }

    /// What is meant of the field's places: the one that the person came from, else one in sight, else the first.
    fn follow(self) {
        Effect::new(move |_| {
            self.field.track();
            let (found, mine) = (self.found.get(), self.mine());
            let near = self.near.get_value();
            let aimed = self.aim.try_update_value(Option::take).flatten();
            let at = aimed.and_then(|spot| mine.iter().position(|one| *one == spot));
            let at = at.or_else(|| mine.iter().position(|one| found.spots[*one].place.piece == near)).unwrap_or(0);
            self.at.set(at);
            self.offer.set(None);
            self.seek.update(|seek| *seek += 1);
        });
        Effect::new(move |_| {
            self.seek.track();
            self.reveal();
        });
    }

    /// The focus came to a field.
    pub fn focus(self, path: String) {
        self.field.set(Some(path));
    }

    fn index(self) -> Option<usize> {
        let field = self.field.get()?;
        self.fields.with(|fields| fields.iter().position(|one| one.path == field))
    }

    /// The spots of the field that has the focus.
    fn mine(self) -> Vec<usize> {
        let found = self.found.get();
        self.index().map(|field| found.of(field)).unwrap_or_default()
    }

    /// The place that is meant.
    pub fn current(self) -> Option<Span> {
        let mine = self.mine();
        let spot = *mine.get(self.at.get())?;
        self.found.with(|found| found.spots.get(spot).map(|spot| spot.place))
    }

    /// To the next place of the field, or the one before; whether there is one.
    pub fn step(self, back: bool) -> bool {
        let count = untrack(|| self.mine()).len();
        if count == 0 {
            return false;
        }
        self.at.update(|at| *at = if back { at.checked_sub(1).unwrap_or(count - 1) } else { (*at + 1) % count });
        self.seek.update(|seek| *seek += 1);
        true
    }

    /// Scrolls the place that is meant into view, within the pane; the focus stays where it is.
    pub fn reveal(self) {
        request_animation_frame(|| {
            let Some(pane) = page::by_id(PANE) else { return };
            if let Ok(Some(mark)) = pane.query_selector("[data-current]") {
                page::reveal(&mark, &pane);
            }
        });
    }

    /// What is to be drawn in these pieces; reads everything that it depends on.
    pub fn marks(self, pieces: Range<usize>) -> Vec<Mark> {
        let (found, mine, all, at) = (self.found.get(), self.mine(), self.all.get(), self.at.get());
        let paths = self.fields.get();
        let mut often = vec![0usize; paths.len()];
        found.spots.iter().flat_map(|spot| &spot.fields).for_each(|field| often[*field] += 1);
        let mut marks: Vec<Mark> = Vec::new();
        for (index, spot) in found.spots.iter().enumerate().filter(|(_, spot)| pieces.contains(&spot.place.piece)) {
            let place = mine.iter().position(|one| *one == index);
            if place.is_none() && !(all && spot.fields.iter().any(|field| often[*field] <= RARE)) {
                continue;
            }
            let names: Vec<String> =
                spot.fields.iter().filter_map(|field| paths.get(*field)).map(|field| self.name.run(field.path.clone())).collect();
            marks.push(Mark {
                spot: index,
                place: spot.place,
                frame: spot.frame,
                number: place.filter(|_| mine.len() > 1).map(|place| place + 1),
                on: place.is_some(),
                current: place == Some(at),
                tab: false,
                label: (t().sources.spot)(&names),
            });
        }
        let tab = marks.iter().position(|mark| mark.current).unwrap_or(0);
        if let Some(mark) = marks.get_mut(tab) {
            mark.tab = true;
        }
        marks
    }

    fn clicked(self, event: &MouseEvent) {
        if let Some((_, spot)) = spot_at(event.target()) {
            self.choose(spot);
        }
    }

    fn pressed(self, press: &Press) {
        let Some((element, spot)) = spot_at(press.target()) else { return };
        if !press.is_plain() {
            return;
        }
        match press.key() {
            "Enter" | " " => self.choose(spot),
            "ArrowDown" | "ArrowRight" => neighbour(&element, false),
            "ArrowUp" | "ArrowLeft" => neighbour(&element, true),
            _ => return,
        }
        press.take();
    }

    fn choose(self, spot: usize) {
        let fields = self.found.with_untracked(|found| found.spots.get(spot).map(|spot| spot.fields.clone())).unwrap_or_default();
        let paths: Vec<String> =
            self.fields.with_untracked(|all| fields.iter().filter_map(|field| all.get(*field)).map(|field| field.path.clone()).collect());
        match paths.as_slice() {
            [] => {}
            [path] => self.go_from(spot, path.clone()),
            _ => {
                self.offer.set(Some((spot, paths)));
                page::focus_soon(OFFER);
            }
        }
    }

    fn go_from(self, spot: usize, path: String) {
        self.aim.set_value(Some(spot));
        self.offer.set(None);
        self.wanted.set(Some(path));
    }

    /// What is known of the field's value, the way to its other places, and the fields that a chosen place could mean.
    pub fn strip(self) -> Html {
        let words = t().sources;
        let several = move || self.mine().len() > 1;
        let turn = move |icon: Icon, label: &'static str, back: bool| {
            let act = move || {
                self.step(back);
            };
            icon_button(icon, label, || false, act)
        };
        view! {
            <div class="sl-review__bar sl-review__bar--sub sl-sources">
                <span class="sl-sm" role="status">{move || self.told()}</span>
                <span class="sl-push"></span>
                {move || several().then(|| view! { {turn(Icon::Left, words.previous, true)}{turn(Icon::Right, words.next, false)} })}
                <button
                    type="button"
                    class="sl-btn sl-btn--sm"
                    title=words.all_hint
                    aria-pressed=move || self.all.get().to_string()
                    on:click=move |_| self.all.update(|all| *all = !*all)
                >
                    {words.all}
                </button>
            </div>
            {move || self.offered()}
        }
    }

    fn offered(self) -> Option<Html> {
        let (spot, paths) = self.offer.get()?;
        let words = t().sources;
        let mut id = Some(OFFER);
        let choices: Vec<Html> = paths
            .into_iter()
            .map(|path| {
                let name = self.name.run(path.clone());
                view! {
                    <button type="button" class="sl-btn sl-btn--sm" id=id.take() on:click=move |_| self.go_from(spot, path.clone())>
                        <bdi>{name}</bdi>
                    </button>
                }
            })
            .collect();
        Some(view! {
            <div class="sl-sources__offer" role="group" aria-labelledby="source-question">
                <span class="sl-sm" id="source-question">{words.which}</span>
                {choices}
            </div>
        })
    }

    fn told(self) -> String {
        let words = t().sources;
        let cut = match self.text.get() {
            DocumentText::Closed => return String::new(),
            DocumentText::Reading => return words.reading.to_owned(),
            DocumentText::Textless if self.found.with(|found| found.spots.is_empty()) => return words.textless.to_owned(),
            DocumentText::Undrawn if self.found.with(|found| found.spots.is_empty()) => return words.undrawn.to_owned(),
            DocumentText::Textless | DocumentText::Undrawn => false,
            DocumentText::Read { cut, .. } => cut,
        };
        let found = self.found.get();
        let more = if cut { words.cut } else { "" };
        let Some(path) = self.field.get() else {
            let sought = self.fields.with(|fields| fields.iter().filter(|field| is_sought(&field.value)).count());
            return (words.idle)(found.fields(), sought, more);
        };
        let name = self.name.run(path);
        let Some(field) = self.index() else { return (words.nothing)(&name) };
        let mine = self.mine();
        let count = mine.len();
        if count == 0 {
            let sought = self.fields.with(|fields| fields.get(field).is_some_and(|field| is_sought(&field.value)));
            return if sought { (words.none)(&name, more) } else { (words.nothing)(&name) };
        }
        let told = mine.first().is_some_and(|spot| found.spots[*spot].frame.is_some());
        let mut how = if told { (words.told)(self.vendor) } else { String::new() };
        if found.as_read.contains(&field) {
            how.push_str(words.as_read);
        }
        (words.at)(&name, self.at.get() + 1, count, count >= MAX_PLACES, &how)
    }
}

/// The first field that is offered.
const OFFER: &str = "source-offer";

fn spot_at(target: Option<EventTarget>) -> Option<(Element, usize)> {
    let element = target?.dyn_into::<Element>().ok()?.closest("[data-source]").ok()??;
    let spot = element.get_attribute("data-source")?.parse().ok()?;
    Some((element, spot))
}

/// Moves the focus to the place after this one, or before it.
fn neighbour(element: &Element, back: bool) {
    let Some(all) = page::by_id(PANE).and_then(|pane| pane.query_selector_all("[data-source][tabindex]").ok()) else { return };
    let places: Vec<Element> = (0..all.length()).filter_map(|at| all.item(at)?.dyn_into().ok()).collect();
    let Some(here) = places.iter().position(|one| one == element) else { return };
    let next = if back { here.checked_sub(1) } else { Some(here + 1) };
    if let Some(next) = next.and_then(|next| places.get(next)).and_then(|next| next.dyn_ref::<web_sys::HtmlElement>()) {
        next.focus().ok();
    }
}

/// What a click on one of the places does that an element holds.
pub fn clicks(marking: Option<Marking>) -> impl Fn(MouseEvent) + 'static {
    move |event| {
        if let Some(marking) = marking {
            marking.clicked(&event);
        }
    }
}

/// Keys on a place: Enter goes to its field, arrows to other places.
pub fn presses(marking: Option<Marking>) -> impl Fn(Press) + 'static {
    move |press| {
        if let Some(marking) = marking {
            marking.pressed(&press);
        }
    }
}

/// A marked stretch of running text.
pub fn inline(mark: &Mark, text: String) -> Html {
    let number = mark.number.map(|number| view! { <b class="sl-src__n" aria-hidden="true">{number}</b> });
    view! {
        <span
            role="button"
            class="sl-src sl-src--in"
            class:on=mark.on
            data-source=mark.spot.to_string()
            data-current=mark.current
            tabindex=if mark.tab { "0" } else { "-1" }
            aria-label=format!("{text}: {}", mark.label)
            title=mark.label.clone()
        >{number}<bdi>{text}</bdi></span>
    }
}
