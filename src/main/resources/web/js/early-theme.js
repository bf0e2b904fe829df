// The theme that a person chose, before anything is painted. Without a choice the system's rules.
(() => {
  try {
    const theme = JSON.parse(localStorage.getItem('caravan.theme'));
    if (theme === 'light' || theme === 'dark') {
      document.documentElement.dataset.theme = theme;
    }
  } catch {
    // A browser that keeps nothing shows the system's theme.
  }
})();
