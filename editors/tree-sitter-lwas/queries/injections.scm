; Notes such as `TODO` in comments are another grammar's.

([(comment) (doc_comment) (module_comment)] @injection.content
  (#set! injection.language "comment"))
