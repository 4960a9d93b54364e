-- LwaS in Neovim 0.11 or newer: files that end in `.lwas`, and the language server `lwasc lsp`, which `lsp/lwas.lua` describes.
-- This folder goes into 'runtimepath'.

vim.filetype.add({ extension = { lwas = 'lwas' } })

vim.lsp.enable('lwas')
