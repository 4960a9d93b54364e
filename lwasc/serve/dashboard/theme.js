// The theme that was chosen, before anything is painted: runs by itself, ahead of the page.
'use strict';
try {
  const theme = localStorage.getItem('lwas-theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // A browser that keeps nothing follows the system.
}
