//! `view!`: the markup of Leptos' own macro, as calls of a few plain functions.
//!
//! Leptos gives each element a type of its own, and the code to build and to update that type. For an app of this size that
//! was 450 kB (brotli) of WebAssembly. Here every element is a call of `crate::dom`, whatever its attributes and children.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{format_ident, quote};
use rstml::Infallible;
use rstml::node::{KeyedAttribute, Node, NodeAttribute, NodeBlock};
use syn::spanned::Spanned;
use syn::{Expr, ExprLit, Lit, Stmt};

/// Markup as in Leptos: elements, `on:`, `class:`, `style:`, `prop:` and `node_ref`, text in quotes, expressions in braces, and
/// components with their properties.
#[proc_macro]
pub fn view(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    match rstml::parse2(input.into()) {
        Ok(nodes) => many(&nodes, Within::Unknown).into(),
        Err(error) => error.to_compile_error().into(),
    }
}

type NodeElement = rstml::node::NodeElement<Infallible>;

/// What an element stands in, as far as its own view says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Within {
    /// At the top of a view, which may be put anywhere.
    Unknown,
    Html,
    Svg,
}

/// The elements that are made as SVG.
const SVG: [&str; 8] = ["svg", "use", "defs", "pattern", "rect", "path", "line", "title"];

fn error(at: &impl Spanned, words: &str) -> TokenStream {
    syn::Error::new(at.span(), words).to_compile_error()
}

fn many(nodes: &[Node], within: Within) -> TokenStream {
    match nodes {
        [one] => node(one, within),
        several => {
            let (all, parts) = (own("parts"), several.iter().map(|one| node(one, within)));
            quote!({
                let #all = crate::dom::fragment();
                #(#all.child(#parts);)*
                #all
            })
        }
    }
}

/// A view.
fn node(node: &Node, within: Within) -> TokenStream {
    match node {
        Node::Element(element) => tag(element, within),
        Node::Text(text) => {
            let text = text.value_string();
            quote!(crate::dom::text(#text))
        }
        Node::Block(block) => {
            let value = bare(block);
            quote!(crate::dom::Child::view(#value))
        }
        Node::Fragment(fragment) => many(&fragment.children, within),
        other => error(other, "only elements, quoted text and blocks"),
    }
}

/// A block of one expression without its braces.
fn bare(block: &NodeBlock) -> TokenStream {
    match block {
        NodeBlock::ValidBlock(block) => match block.stmts.as_slice() {
            [Stmt::Expr(value, None)] => quote!(#value),
            _ => quote!(#block),
        },
        NodeBlock::Invalid(other) => quote!(#other),
    }
}

fn tag(element: &NodeElement, within: Within) -> TokenStream {
    let name = element.name().to_string();
    let drawn = SVG.contains(&name.as_str());
    match within {
        _ if name.starts_with(char::is_uppercase) => component(element),
        Within::Html if drawn && name != "svg" => error(element.name(), "stands in an `svg` only"),
        Within::Unknown if name == "title" => error(element.name(), "stands in an `svg` only; a page's title is set by `enter_page`"),
        Within::Svg if !drawn => error(element.name(), "is not among the SVG elements that are known here: add it to `SVG`"),
        _ => plain(element, &name, drawn),
    }
}

/// A name that nothing in the braces of a view can mean.
fn own(name: &str) -> Ident {
    Ident::new(name, Span::mixed_site())
}

fn plain(element: &NodeElement, name: &str, drawn: bool) -> TokenStream {
    let this = own("element");
    let mut fixed = Vec::new();
    let mut calls = Vec::new();
    for attribute in element.attributes() {
        match attribute {
            NodeAttribute::Attribute(attribute) => one(attribute, &this, &mut fixed, &mut calls),
            NodeAttribute::Block(block) => calls.push(error(block, "attributes have names: they cannot be spread")),
        }
    }
    for child in &element.children {
        let child = node(child, if drawn { Within::Svg } else { Within::Html });
        calls.push(quote!(#this.child(#child);));
    }
    let make = if drawn { format_ident!("svg") } else { format_ident!("element") };
    quote!({
        let #this = crate::dom::#make(#name, &[#(#fixed),*]);
        #(#calls)*
        #this
    })
}

fn one(attribute: &KeyedAttribute, this: &Ident, fixed: &mut Vec<TokenStream>, calls: &mut Vec<TokenStream>) {
    let name = attribute.key.to_string();
    let Some(value) = attribute.value() else {
        fixed.push(quote!((#name, "")));
        return;
    };
    let (kind, rest) = name.split_once(':').unwrap_or(("", name.as_str()));
    calls.push(match kind {
        "on" => {
            let event = event(rest);
            quote!(#this.on(#rest, crate::dom::events::#event(#value));)
        }
        "class" => quote!(#this.class(#rest, #value);),
        "style" => quote!(#this.style(#rest, #value);),
        "prop" => quote!(#this.property(#rest, #value);),
        _ if name == "node_ref" => quote!(#this.keep(#value);),
        // As attributes these two only say how a control begins.
        _ if name == "selected" || name == "checked" => quote!(#this.property(#name, #value);),
        _ => match text_of(value) {
            Some(text) => {
                fixed.push(quote!((#name, #text)));
                return;
            }
            None => quote!(#this.set(#name, #value);),
        },
    });
}

/// A literal is known before the page runs: it goes into a table instead of a call.
fn text_of(value: &Expr) -> Option<Literal> {
    match value {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(Literal::string(&text.value())),
        _ => None,
    }
}

/// The constructor that gives the listener the event's type.
fn event(name: &str) -> Ident {
    let kind = match name {
        "click" | "mouseenter" | "mouseleave" | "mousedown" | "dblclick" => "mouse",
        "keydown" | "keyup" | "keypress" => "key",
        "submit" => "submit",
        "drop" | "dragover" | "dragleave" | "dragenter" => "drag",
        _ => "any",
    };
    format_ident!("{kind}")
}

fn component(element: &NodeElement) -> TokenStream {
    let path = element.name();
    if let Some(child) = element.children.first() {
        return error(child, "components take no children: hand the view over as a property");
    }
    let mut props = Vec::new();
    for attribute in element.attributes() {
        let NodeAttribute::Attribute(attribute) = attribute else {
            return error(attribute, "properties have names: they cannot be spread");
        };
        if attribute.key.to_string().contains(':') {
            return error(&attribute.key, "a component has properties only; listeners and classes belong to its elements");
        }
        let name = format_ident!("{}", attribute.key.to_string());
        props.push(match attribute.value() {
            Some(value) => quote!(.#name(#value)),
            None => quote!(.#name(true)),
        });
    }
    quote!(::leptos::component::component_view(
        #path,
        ::leptos::component::component_props_builder(&#path)#(#props)*.build()
    ))
}

#[cfg(test)]
mod tests {
    use super::{Within, many};
    use quote::quote;

    fn refused(markup: proc_macro2::TokenStream) -> Option<String> {
        let nodes = rstml::parse2(markup).ok()?;
        let made = many(&nodes, Within::Unknown).to_string();
        let (_, after) = made.split_once("compile_error ! { \"")?;
        Some(after.split('"').next().unwrap_or_default().to_owned())
    }

    #[test]
    fn what_the_macro_cannot_do_does_not_compile() {
        for (markup, why) in [
            (quote!(<Panel><p>"inside"</p></Panel>), "components take no children"),
            (quote!(<Panel {..props} />), "cannot be spread"),
            (quote!(<p {..attributes}></p>), "cannot be spread"),
            (quote!(<Panel on:click=go />), "a component has properties only"),
            (quote!(<title>"Runs"</title>), "stands in an `svg` only"),
            (quote!(<div><title>"Runs"</title></div>), "stands in an `svg` only"),
            (quote!(<div><rect /></div>), "stands in an `svg` only"),
            (quote!(<svg><circle r="3" /></svg>), "is not among the SVG elements"),
            (quote!(<svg><p>"text"</p></svg>), "is not among the SVG elements"),
        ] {
            let said = refused(markup.clone());
            assert!(said.as_ref().is_some_and(|said| said.contains(why)), "{markup}: {said:?}");
        }
    }

    #[test]
    fn what_views_are_made_of_compiles() {
        for markup in [
            quote!(<div class="a" on:click=go><svg><title>"A bar"</title><rect width=wide /></svg>{inside}<Panel at=1 wide /></div>),
            quote!(<rect x="1" /><line x1="2" />),
            quote!(<><p>"one"</p><p>"two"</p></>),
        ] {
            assert_eq!(refused(markup), None);
        }
    }
}
