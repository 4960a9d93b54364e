-- What holds in a buffer with LwaS: two blanks, `//`, and colours and folds by tree-sitter where its parser is there, as
-- `parser/lwas.so` in 'runtimepath'. Without it nothing is coloured, and all else works.

vim.bo.commentstring = '// %s'
vim.bo.comments = ':///,://!,://'
vim.bo.expandtab = true
vim.bo.shiftwidth = 2
vim.bo.softtabstop = 2
vim.bo.autoindent = true
vim.bo.smartindent = true
vim.bo.formatoptions = vim.bo.formatoptions:gsub('t', '') .. 'croql'

if pcall(vim.treesitter.start, 0, 'lwas') then
  vim.wo[0][0].foldmethod = 'expr'
  vim.wo[0][0].foldexpr = 'v:lua.vim.treesitter.foldexpr()'
  vim.wo[0][0].foldlevel = 99
end

vim.b.undo_ftplugin = 'setlocal commentstring< comments< expandtab< shiftwidth< softtabstop< autoindent< smartindent< '
  .. 'formatoptions< foldmethod< foldexpr< foldlevel<'
