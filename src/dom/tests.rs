//! What the renderer promises, in a real browser.

use super::{Html, KeyedRow, keyed, live};
use leptos::prelude::*;
use leptos::task::tick;
use markup::view;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{Element, HtmlElement};

wasm_bindgen_test_configure!(run_in_browser);

/// Builds a view below an owner of its own and puts it into the page.
fn stage(build: impl FnOnce() -> Html + 'static) -> (Element, Owner) {
    let owner = Owner::new();
    let document = web_sys::window().unwrap().document().unwrap();
    let root = document.create_element("div").unwrap();
    document.body().unwrap().append_child(&root).unwrap();
    // Mounting anything starts the executor that effects run on.
    mount_to(document.create_element("div").unwrap().unchecked_into(), || ()).forget();
    let view = owner.with(build);
    root.append_child(&view.0).unwrap();
    (root, owner)
}

fn find(root: &Element, selector: &str) -> HtmlElement {
    root.query_selector(selector).unwrap().unwrap().unchecked_into()
}

#[wasm_bindgen_test]
async fn a_text_that_changes_stays_the_same_node() {
    let count = RwSignal::new(1u32);
    let (root, _owner) = stage(move || view! { <p>"Waiting: "{move || count.get()}</p> });
    let before = find(&root, "p").last_child().unwrap().previous_sibling().unwrap();
    count.set(2);
    tick().await;
    let after = find(&root, "p").last_child().unwrap().previous_sibling().unwrap();
    assert_eq!(root.text_content().unwrap(), "Waiting: 2");
    assert!(before.is_same_node(Some(&after)));
}

#[wasm_bindgen_test]
async fn an_attribute_whose_value_stays_is_not_set_again() {
    let count = RwSignal::new(1u32);
    let (root, _owner) = stage(move || {
        let hidden = move || count.get() > 1;
        view! { <p title=move || (count.get() > 2).then_some("many") hidden=hidden>{move || count.get()}</p> }
    });
    let seen = Rc::new(Cell::new(0));
    let count_records = {
        let seen = Rc::clone(&seen);
        Closure::<dyn Fn(js_sys::Array)>::new(move |records: js_sys::Array| seen.set(seen.get() + records.length()))
    };
    let records = web_sys::MutationObserver::new(count_records.as_ref().unchecked_ref()).unwrap();
    let options = web_sys::MutationObserverInit::new();
    options.set_attributes(true);
    let mut told = Vec::new();
    records.observe_with_options(&find(&root, "p"), &options).unwrap();
    for next in [1, 2, 3, 4, 1] {
        count.set(next);
        tick().await;
        tick().await;
        told.push(seen.replace(0));
    }
    assert_eq!(told, [0, 1, 1, 0, 2]);
    assert!(!find(&root, "p").has_attribute("title"));
}

/// A list that takes in runs all day grew by 1.6 kB for each of them: signals that never changed kept the effects of rows that were gone.
#[wasm_bindgen_test]
async fn what_is_gone_takes_no_memory() {
    const PAGE: usize = 65_536;
    let (_root, owner) = stage(|| view! { <p></p> });
    let steady = owner.with(|| RwSignal::new(1u32));
    let some = || async move {
        for _ in 0..40 {
            for _ in 0..100 {
                let row = Owner::new();
                row.with(|| drop(view! { <p title=move || steady.get().to_string()></p> }));
                row.cleanup();
            }
            tick().await;
        }
    };
    some().await;
    let before = core::arch::wasm32::memory_size(0);
    for _ in 0..4 {
        some().await;
    }
    let grown = (core::arch::wasm32::memory_size(0) - before) * PAGE;
    assert!(grown < 1_000_000, "{grown} bytes more");
}

#[wasm_bindgen_test]
async fn a_vendors_text_is_never_markup() {
    let (root, _owner) = stage(|| {
        let text = String::from("<img src=x onerror=alert(1)>");
        view! { <p title=text.clone()>{text}</p> }
    });
    assert!(root.query_selector("img").unwrap().is_none());
    assert_eq!(find(&root, "p").title(), "<img src=x onerror=alert(1)>");
}

#[wasm_bindgen_test]
async fn a_region_that_is_built_anew_puts_the_focus_back() {
    let turn = RwSignal::new(0u32);
    let (root, _owner) = stage(move || {
        view! {
            <div>
                {move || {
                    let turn = turn.get();
                    view! { <b>{turn}</b><span><a href="#one">"one"</a><a href="#two" class="two">"two"</a></span> }
                }}
            </div>
        }
    });
    let before = find(&root, ".two");
    before.focus().unwrap();
    turn.set(1);
    tick().await;
    let after = find(&root, ".two");
    assert!(!before.is_same_node(Some(&after)), "the region was built anew");
    let focused = web_sys::window().unwrap().document().unwrap().active_element().unwrap();
    assert!(focused.is_same_node(Some(&after)));
}

#[wasm_bindgen_test]
async fn the_focus_stays_with_its_id_when_a_region_has_another_shape() {
    let named = RwSignal::new(false);
    let (root, _owner) = stage(move || {
        view! {
            <div>
                {move || {
                    let before = (!named.get()).then(|| view! { <b>"-"</b>" " });
                    view! { {before}<a href="#run" id="the-run">"run"</a> }
                }}
            </div>
        }
    });
    find(&root, "#the-run").focus().unwrap();
    named.set(true);
    tick().await;
    let focused = web_sys::window().unwrap().document().unwrap().active_element().unwrap();
    assert_eq!(focused.id(), "the-run");
}

#[wasm_bindgen_test]
async fn rows_keep_their_elements_while_others_come_go_and_move() {
    let keys = RwSignal::new(vec!["a", "b", "c"]);
    let built = Rc::new(Cell::new(0));
    let counter = Rc::clone(&built);
    let (root, _owner) = stage(move || {
        let rows = keyed(Box::new(move || {
            let row = |key: &'static str| -> KeyedRow {
                let counter = Rc::clone(&counter);
                let build: Box<dyn FnOnce() -> Html> = Box::new(move || {
                    counter.set(counter.get() + 1);
                    view! { <li>{key}</li> }
                });
                (key.into(), build)
            };
            keys.get().into_iter().map(row).collect()
        }));
        view! { <ul>{rows}</ul> }
    });
    let b = root.query_selector("li:nth-of-type(2)").unwrap().unwrap();
    keys.set(vec!["d", "c", "b"]);
    tick().await;
    assert_eq!(root.text_content().unwrap(), "dcb");
    assert!(b.is_same_node(root.query_selector("li:nth-of-type(3)").unwrap().as_deref()));
    assert_eq!(built.get(), 4, "only the new row was built");
}

#[wasm_bindgen_test]
async fn what_a_region_showed_before_stops_listening() {
    let shown = RwSignal::new(true);
    let value = RwSignal::new(0u32);
    let runs = Rc::new(Cell::new(0));
    let counter = Rc::clone(&runs);
    let (_root, _owner) = stage(move || {
        live(move || {
            let counter = Rc::clone(&counter);
            shown.get().then(|| {
                let inner = move || {
                    counter.set(counter.get() + 1);
                    value.get()
                };
                view! { <p>{inner}</p> }
            })
        })
    });
    shown.set(false);
    tick().await;
    let before = runs.get();
    value.set(7);
    tick().await;
    assert_eq!(runs.get(), before);
}

#[wasm_bindgen_test]
async fn attributes_that_turn_to_nothing_go() {
    let current = RwSignal::new(true);
    let (root, owner) = stage(move || view! { <a aria-current=move || current.get().then_some("page") class:on=current>"x"</a> });
    assert_eq!(find(&root, "a").get_attribute("aria-current").as_deref(), Some("page"));
    current.set(false);
    tick().await;
    assert_eq!(find(&root, "a").get_attribute("aria-current"), None);
    assert!(!find(&root, "a").class_list().contains("on"));
    owner.cleanup();
}

#[wasm_bindgen_test]
async fn elements_made_at_one_place_share_nothing() {
    let on = RwSignal::new(false);
    let (root, _owner) = stage(move || {
        let item = |at: usize| view! { <li class="item" title=move || (at == 1 && on.get()).then_some("second")>{at}</li> };
        view! { <ul>{(0..3).map(item).collect::<Vec<_>>()}</ul> }
    });
    on.set(true);
    tick().await;
    assert_eq!(root.query_selector_all("li.item").unwrap().length(), 3);
    assert_eq!(root.query_selector_all("li[title]").unwrap().length(), 1);
    assert_eq!(find(&root, "li[title]").text_content().as_deref(), Some("1"));
}
