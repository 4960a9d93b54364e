//! How what is being called is called: its parameters, and at which of them the cursor stands.

use crate::builtins;
use crate::context::Context;
use crate::places;
use crate::server::State;
use lsp_types::{
    Documentation, MarkupContent, MarkupKind, ParameterInformation, ParameterLabel, SignatureHelp, SignatureHelpParams,
    SignatureInformation,
};
use lwas_base::Symbol;
use lwas_check::env::Item;
use lwas_check::hir::Field;

/// The call around a place.
pub fn help(state: &mut State, params: &SignatureHelpParams) -> Option<SignatureHelp> {
    let at = &params.text_document_position_params;
    let place = state.world.place(&places::path(&at.text_document.uri))?;
    let (analysis, file) = (&place.analysis, place.file);
    let offset = analysis.lines(file, state.client.encoding).offset(at.position);
    let context = Context::at(analysis.text(file), offset);
    let call = (0..context.depth()).filter_map(|outwards| context.bracket(outwards)).find(|bracket| {
        bracket.kind == "(" && !bracket.path.is_empty() && !["fn", "action", "query"].contains(&bracket.word)
    })?;
    let scopes = &analysis.studied.scopes;
    let scope = scopes.get(analysis.module_id(file)?)?;
    let (first, rest) = call.path.split_first()?;
    let first = Symbol::new(first);
    let mut item = scope.own.get(&first).or_else(|| scope.imported.get(&first)).map(|binding| binding.item);
    let mut fields: Option<(&[Field], String, String)> = None;
    let program = &analysis.studied.program;
    for name in rest {
        let name = Symbol::new(name);
        match item {
            Some(Item::Module(of)) => item = scopes.get(of)?.own.get(&name).map(|binding| binding.item),
            Some(Item::Enum(id)) => {
                let variant = program.enums.get(id)?.variants.iter().find(|variant| variant.name == name)?;
                let docs = analysis.decls().get(&variant.span).map(|decl| decl.docs.clone()).unwrap_or_default();
                fields = Some((&variant.fields, docs, String::new()));
            }
            _ => return None,
        }
    }
    if let Some(Item::Function(id)) = item {
        let function = program.functions.get(id)?;
        let docs = analysis.decls().get(&function.span).map(|decl| decl.docs.clone()).unwrap_or_default();
        let result = analysis.show(&function.result);
        let result =
            if function.result == lwas_check::hir::Type::Unit { String::new() } else { format!(" -> {result}") };
        fields = Some((&function.params, docs, result));
    }
    let name = call.path.join(".");
    let (label, docs, parameters, names) = match fields {
        Some((fields, docs, result)) => {
            let shown: Vec<String> = fields.iter().map(|f| format!("{}: {}", f.name, analysis.show(&f.ty))).collect();
            let names: Vec<String> = fields.iter().map(|field| field.name.to_string()).collect();
            (format!("{name}({}){result}", shown.join(", ")), docs, shown, names)
        }
        None => {
            let (_, call, docs) = builtins::FUNCTIONS.iter().find(|(known, ..)| *known == name)?;
            let inside = call.split_once('(')?.1.trim_end_matches(')');
            let shown: Vec<String> = inside.split(", ").map(str::to_owned).collect();
            ((*call).to_owned(), (*docs).to_owned(), shown.clone(), shown)
        }
    };
    let active = match call.current.and_then(|current| names.iter().position(|name| name == current)) {
        Some(at) => at,
        None => call.commas,
    };
    let parameter = |shown: String| ParameterInformation { label: ParameterLabel::Simple(shown), documentation: None };
    let documentation = (!docs.is_empty())
        .then_some(Documentation::MarkupContent(MarkupContent { kind: MarkupKind::Markdown, value: docs }));
    let signature = SignatureInformation {
        label,
        documentation,
        parameters: Some(parameters.into_iter().map(parameter).collect()),
        active_parameter: None,
    };
    let active_parameter = u32::try_from(active).ok();
    Some(SignatureHelp { signatures: vec![signature], active_signature: Some(0), active_parameter })
}
