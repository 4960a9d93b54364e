-- How the language server is started. To change it: vim.lsp.config('lwas', { cmd = { '/opt/lwas/bin/lwasc', 'lsp' } }).

return {
  cmd = { 'lwasc', 'lsp' },
  filetypes = { 'lwas' },
  root_markers = { 'lwas.toml', '.git' },
}
