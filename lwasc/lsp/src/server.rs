//! The conversation. Messages come in, one after the other; answers and what is wrong with programs go out. Diagnostics are told when
//! nothing more waits, so that who types fast is told of the last text only, and a request that was taken back is not worked on.
//! What panics answers its request with an error, and the conversation goes on.

use crate::capabilities::{Client, RUN_TEST, capabilities};
use crate::documents::Document;
use crate::frames::{self, Frame};
use crate::world::World;
use crate::{
    Shell, actions, complete, diagnostics, folding, formatting, hints, hover, lenses, names, places, rename, signature,
    symbols, tokens,
};
use lsp_server::{ErrorCode, Message, Notification, Request, RequestId, Response};
use lsp_types::notification::{self as told, Notification as _};
use lsp_types::request::{self as asked, Request as _};
use lsp_types::{InitializeParams, InitializeResult, ServerInfo};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::{HashSet, VecDeque};
use std::io::{BufRead, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, channel};

/// What comes to the conversation.
pub enum Incoming {
    /// From the editor.
    Frame(Frame),
    /// Tests that were asked for have ended.
    Tests(Box<lenses::Ended>),
}

/// How far the conversation is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Before,
    Open,
    ShutDown,
}

/// Answers until the editor is gone; whether it took its leave as it should.
pub fn serve(shell: Shell, mut input: impl BufRead + Send + 'static, output: &mut dyn Write) -> bool {
    let (sender, receiver) = channel();
    let reading = sender.clone();
    std::thread::spawn(move || {
        loop {
            let frame = frames::read(&mut input);
            let is_end = matches!(frame, Frame::End);
            if reading.send(Incoming::Frame(frame)).is_err() || is_end {
                break;
            }
        }
    });
    let mut server = Server {
        output,
        sender,
        receiver,
        waiting: VecDeque::new(),
        cancelled: HashSet::new(),
        stage: Stage::Before,
        state: State::new(shell),
        next_id: 0,
    };
    server.run().unwrap_or(false)
}

/// What requests are answered from.
pub struct State {
    /// Programs and open texts.
    pub world: World,
    /// What the editor can.
    pub client: Client,
    /// The folders that the editor has open.
    pub folders: Vec<PathBuf>,
    /// What was told of which file.
    pub told: diagnostics::Told,
    /// What tests have found, by file, until it changes.
    pub failures: lenses::Failures,
}

impl State {
    fn new(shell: Shell) -> State {
        State {
            world: World::new(shell),
            client: Client::default(),
            folders: vec![],
            told: diagnostics::Told::default(),
            failures: lenses::Failures::default(),
        }
    }
}

/// Why a request has no answer.
pub struct Refused {
    /// The protocol's number.
    pub code: ErrorCode,
    /// A sentence for the user.
    pub why: String,
}

impl Refused {
    /// A request that can't be granted.
    pub fn new(why: impl Into<String>) -> Refused {
        Refused { code: ErrorCode::RequestFailed, why: why.into() }
    }
}

struct Server<'a> {
    output: &'a mut dyn Write,
    sender: Sender<Incoming>,
    receiver: Receiver<Incoming>,
    waiting: VecDeque<Incoming>,
    cancelled: HashSet<RequestId>,
    stage: Stage,
    state: State,
    next_id: i32,
}

impl Server<'_> {
    fn run(&mut self) -> std::io::Result<bool> {
        loop {
            self.take_in();
            if self.waiting.is_empty() {
                self.publish()?;
                match self.receiver.recv() {
                    Ok(incoming) => self.put(incoming),
                    Err(_) => return Ok(false),
                }
                continue;
            }
            match self.waiting.pop_front() {
                Some(Incoming::Frame(Frame::Message(Message::Request(request)))) => self.request(request)?,
                Some(Incoming::Frame(Frame::Message(Message::Notification(told)))) => {
                    if told.method == told::Exit::METHOD {
                        return Ok(self.stage == Stage::ShutDown);
                    }
                    self.notified(told)?;
                }
                Some(Incoming::Frame(Frame::Message(Message::Response(_)))) | None => {}
                Some(Incoming::Frame(Frame::Wrong { id, code, why })) => frames::refuse(self.output, &id, code, &why)?,
                Some(Incoming::Frame(Frame::End)) => return Ok(self.stage == Stage::ShutDown),
                Some(Incoming::Tests(ended)) => self.tests_ended(*ended)?,
            }
        }
    }

    /// Takes in all that has come.
    fn take_in(&mut self) {
        while let Ok(incoming) = self.receiver.try_recv() {
            self.put(incoming);
        }
    }

    /// Puts something in the queue; what takes a request back comes before it.
    fn put(&mut self, incoming: Incoming) {
        if let Incoming::Frame(Frame::Message(Message::Notification(told))) = &incoming
            && told.method == told::Cancel::METHOD
        {
            let id = told.params.get("id").cloned().and_then(|id| serde_json::from_value(id).ok());
            let is_waiting = |id: &RequestId| {
                self.waiting.iter().any(|waiting| {
                    matches!(waiting, Incoming::Frame(Frame::Message(Message::Request(request))) if request.id == *id)
                })
            };
            // One that was answered already is not remembered.
            self.cancelled.extend(id.filter(is_waiting));
            return;
        }
        self.waiting.push_back(incoming);
    }

    fn send(&mut self, message: impl Into<Message>) -> std::io::Result<()> {
        message.into().write(&mut self.output)
    }

    fn tell<N: told::Notification>(&mut self, params: N::Params) -> std::io::Result<()> {
        self.send(Notification::new(N::METHOD.to_owned(), params))
    }

    fn refuse(&mut self, id: RequestId, refused: Refused) -> std::io::Result<()> {
        self.send(Response::new_err(id, refused.code as i32, refused.why))
    }

    fn request(&mut self, request: Request) -> std::io::Result<()> {
        let id = request.id.clone();
        if self.cancelled.remove(&id) {
            let why = "the request was taken back".to_owned();
            return self.refuse(id, Refused { code: ErrorCode::RequestCanceled, why });
        }
        match (self.stage, request.method.as_str()) {
            (Stage::Before, asked::Initialize::METHOD) => return self.initialize(request),
            (Stage::Before, _) => {
                let why = "the conversation begins with `initialize`".to_owned();
                return self.refuse(id, Refused { code: ErrorCode::ServerNotInitialized, why });
            }
            (Stage::Open, asked::Shutdown::METHOD) => {
                self.stage = Stage::ShutDown;
                return self.send(Response::new_ok(id, Value::Null));
            }
            (Stage::Open, asked::ExecuteCommand::METHOD) => return self.command(request),
            (Stage::ShutDown, _) | (Stage::Open, asked::Initialize::METHOD) => {
                let why = "this has no place here in the conversation".to_owned();
                return self.refuse(id, Refused { code: ErrorCode::InvalidRequest, why });
            }
            (Stage::Open, _) => {}
        }
        let state = &mut self.state;
        let answered = catch_unwind(AssertUnwindSafe(|| answer(state, &request.method, request.params)));
        match answered {
            Ok(Ok(value)) => self.send(Response::new_ok(id, value)),
            Ok(Err(refused)) => self.refuse(id, refused),
            Err(_) => {
                // What was kept may be half of something.
                self.state.world.forget();
                let why = format!("`{}` failed inside the server; please report it", request.method);
                self.refuse(id, Refused { code: ErrorCode::InternalError, why })
            }
        }
    }

    fn initialize(&mut self, request: Request) -> std::io::Result<()> {
        let params: InitializeParams = match params(request.params) {
            Ok(params) => params,
            Err(refused) => return self.refuse(request.id, refused),
        };
        self.state.client = Client::of(&params.capabilities);
        #[expect(deprecated, reason = "editors from before workspace folders say it so")]
        let root = params.root_uri.iter().map(places::path);
        let folders = params.workspace_folders.iter().flatten().map(|folder| places::path(&folder.uri));
        self.state.folders = if params.workspace_folders.is_some() { folders.collect() } else { root.collect() };
        self.stage = Stage::Open;
        let version = Some(self.state.world.shell().version.to_owned());
        let result = InitializeResult {
            capabilities: capabilities(self.state.client.encoding),
            server_info: Some(ServerInfo { name: "lwasc".to_owned(), version }),
        };
        self.send(Response::new_ok(request.id, result))
    }

    fn notified(&mut self, notification: Notification) -> std::io::Result<()> {
        if self.stage != Stage::Open {
            return Ok(());
        }
        if notification.method == told::Initialized::METHOD {
            return if self.state.client.watches { self.watch() } else { Ok(()) };
        }
        let state = &mut self.state;
        let Notification { method, params } = notification;
        // What a notification says wrongly nobody can be told.
        if catch_unwind(AssertUnwindSafe(|| note(state, &method, params))).is_err() {
            self.state.world.forget();
        }
        Ok(())
    }

    /// Asks to be told of sources that change outside of the editor.
    fn watch(&mut self) -> std::io::Result<()> {
        self.next_id += 1;
        let patterns = ["**/*.lwas", "**/lwas.toml"].map(|pattern| serde_json::json!({ "globPattern": pattern }));
        let registration = serde_json::json!({ "registrations": [{
            "id": "sources",
            "method": told::DidChangeWatchedFiles::METHOD,
            "registerOptions": { "watchers": patterns },
        }] });
        let id = RequestId::from(format!("lwasc-{}", self.next_id));
        self.send(Request::new(id, asked::RegisterCapability::METHOD.to_owned(), registration))
    }

    /// Tells what is wrong with all open programs, as far as it was not told.
    fn publish(&mut self) -> std::io::Result<()> {
        if self.stage != Stage::Open {
            return Ok(());
        }
        let state = &mut self.state;
        match catch_unwind(AssertUnwindSafe(|| diagnostics::news(state))) {
            Ok(news) => news.into_iter().try_for_each(|params| self.tell::<told::PublishDiagnostics>(params)),
            Err(_) => {
                self.state.world.forget();
                self.state.told.settle();
                Ok(())
            }
        }
    }

    fn command(&mut self, request: Request) -> std::io::Result<()> {
        let params: lsp_types::ExecuteCommandParams = match params(request.params) {
            Ok(params) => params,
            Err(refused) => return self.refuse(request.id, refused),
        };
        if params.command != RUN_TEST {
            let why = format!("there is no command `{}`", params.command);
            return self.refuse(request.id, Refused { code: ErrorCode::InvalidParams, why });
        }
        let state = &mut self.state;
        let started = catch_unwind(AssertUnwindSafe(|| lenses::start(state, &params.arguments, request.id.clone())));
        match started {
            Ok(Ok(run)) => {
                let sender = self.sender.clone();
                std::thread::spawn(move || {
                    // Nobody waits any more where the conversation is over.
                    let _ = sender.send(Incoming::Tests(Box::new(run.finish())));
                });
                Ok(())
            }
            Ok(Err(refused)) => self.refuse(request.id, refused),
            Err(_) => {
                let why = "the tests can't be found; please report it".to_owned();
                self.refuse(request.id, Refused { code: ErrorCode::InternalError, why })
            }
        }
    }

    fn tests_ended(&mut self, ended: lenses::Ended) -> std::io::Result<()> {
        let told = lenses::tell(&mut self.state, &ended);
        self.tell::<told::ShowMessage>(told)?;
        self.send(Response::new_ok(ended.id, ended.summary))
    }
}

/// Reads what a request asks.
pub fn params<T: DeserializeOwned>(params: Value) -> Result<T, Refused> {
    serde_json::from_value(params).map_err(|error| Refused {
        code: ErrorCode::InvalidParams,
        why: format!("what is asked can't be read: {error}"),
    })
}

/// An answer as JSON.
fn reply<T: Serialize>(answer: T) -> Result<Value, Refused> {
    serde_json::to_value(answer).map_err(|error| Refused { code: ErrorCode::InternalError, why: error.to_string() })
}

/// Answers a request.
fn answer(state: &mut State, method: &str, asked: Value) -> Result<Value, Refused> {
    match method {
        asked::HoverRequest::METHOD => reply(hover::hover(state, &params(asked)?)),
        asked::GotoDefinition::METHOD => reply(names::definition(state, &params(asked)?)),
        asked::References::METHOD => reply(names::references(state, &params(asked)?)),
        asked::DocumentHighlightRequest::METHOD => reply(names::highlight(state, &params(asked)?)),
        asked::PrepareRenameRequest::METHOD => reply(rename::prepare(state, &params(asked)?)?),
        asked::Rename::METHOD => reply(rename::rename(state, &params(asked)?)?),
        asked::Completion::METHOD => reply(complete::complete(state, &params(asked)?)),
        asked::SignatureHelpRequest::METHOD => reply(signature::help(state, &params(asked)?)),
        asked::Formatting::METHOD => reply(formatting::format(state, &params(asked)?)),
        asked::CodeActionRequest::METHOD => reply(actions::actions(state, &params(asked)?)),
        asked::InlayHintRequest::METHOD => reply(hints::hints(state, &params(asked)?)),
        asked::DocumentSymbolRequest::METHOD => reply(symbols::of_document(state, &params(asked)?)),
        asked::WorkspaceSymbolRequest::METHOD => reply(symbols::of_workspace(state, &params(asked)?)),
        asked::FoldingRangeRequest::METHOD => reply(folding::ranges(state, &params(asked)?)),
        asked::SemanticTokensFullRequest::METHOD => reply(tokens::tokens(state, &params(asked)?)),
        asked::CodeLensRequest::METHOD => reply(lenses::lenses(state, &params(asked)?)),
        _ => {
            let why = format!("there is no request `{method}`");
            Err(Refused { code: ErrorCode::MethodNotFound, why })
        }
    }
}

/// Takes note of what the editor tells.
fn note(state: &mut State, method: &str, told: Value) {
    match method {
        told::DidOpenTextDocument::METHOD => {
            if let Ok(opened) = params::<lsp_types::DidOpenTextDocumentParams>(told) {
                let document = opened.text_document;
                let path = places::path(&document.uri);
                let (uri, version, text) = (document.uri, document.version, document.text.into());
                state.world.documents.insert(path.clone(), Document { uri, version, text });
                state.world.changed(&path);
            }
        }
        told::DidChangeTextDocument::METHOD => {
            if let Ok(changed) = params::<lsp_types::DidChangeTextDocumentParams>(told) {
                let path = places::path(&changed.text_document.uri);
                if let Some(document) = state.world.documents.get_mut(&path) {
                    document.change(changed.text_document.version, changed.content_changes, state.client.encoding);
                    state.failures.forget(&path);
                    state.world.changed(&path);
                }
            }
        }
        told::DidSaveTextDocument::METHOD => {
            if let Ok(saved) = params::<lsp_types::DidSaveTextDocumentParams>(told) {
                state.world.changed(&places::path(&saved.text_document.uri));
            }
        }
        told::DidCloseTextDocument::METHOD => {
            if let Ok(closed) = params::<lsp_types::DidCloseTextDocumentParams>(told) {
                let path = places::path(&closed.text_document.uri);
                state.world.documents.remove(&path);
                state.world.changed(&path);
            }
        }
        told::DidChangeWatchedFiles::METHOD => {
            if let Ok(changed) = params::<lsp_types::DidChangeWatchedFilesParams>(told) {
                changed.changes.iter().for_each(|change| state.world.changed(&places::path(&change.uri)));
            }
        }
        told::DidChangeWorkspaceFolders::METHOD => {
            if let Ok(changed) = params::<lsp_types::DidChangeWorkspaceFoldersParams>(told) {
                let gone: Vec<PathBuf> = changed.event.removed.iter().map(|folder| places::path(&folder.uri)).collect();
                state.folders.retain(|folder| !gone.contains(folder));
                state.folders.extend(changed.event.added.iter().map(|folder| places::path(&folder.uri)));
            }
        }
        _ => return,
    }
    state.told.unsettle();
}
