-- Run by Neovim without a screen: opens a program and says what it made of it, as JSON on standard output. `LWAS_PROGRAM` is the
-- program, `LWAS_PLUGIN` the folder that goes into 'runtimepath', `LWAS_PARSERS` a folder with `parser/lwas.so`.

vim.opt.runtimepath:prepend({ vim.env.LWAS_PLUGIN, vim.env.LWAS_PARSERS })
vim.cmd('runtime plugin/lwas.lua')
vim.cmd('filetype plugin on')
vim.cmd.edit(vim.fn.fnameescape(vim.env.LWAS_PROGRAM))

local buffer = vim.api.nvim_get_current_buf()
local parser = vim.treesitter.get_parser(buffer, 'lwas')
parser:parse(true)

-- What a place is coloured as, the most exact last.
local function captures(line, column)
  local found = vim.treesitter.get_captures_at_pos(buffer, line - 1, column - 1)
  return vim.tbl_map(function(capture) return capture.capture end, found)
end

local words = {}
for number, line in ipairs(vim.api.nvim_buf_get_lines(buffer, 0, -1, false)) do
  local word = line:match('^%s*([%a@/"]+)')
  if word then
    words[#words + 1] = { word = word, captures = captures(number, line:find('%S')) }
  end
end

-- Folds are found out in the background.
vim.wait(2000, function() return vim.fn.foldlevel(vim.fn.search('^rule')) > 0 end)

io.stdout:write(vim.json.encode({
  filetype = vim.bo.filetype,
  commentstring = vim.bo.commentstring,
  shiftwidth = vim.bo.shiftwidth,
  coloured = vim.treesitter.highlighter.active[buffer] ~= nil,
  mistakes = parser:trees()[1]:root():has_error(),
  folded = vim.fn.foldlevel(vim.fn.search('^rule')),
  server = vim.lsp.config.lwas.cmd,
  enabled = vim.lsp.is_enabled == nil or vim.lsp.is_enabled('lwas'),
  words = words,
}))
vim.cmd('qall!')
