// Whether the server can be reached, and whether it still knows who we are.
import { createSlice } from '@reduxjs/toolkit';

const slice = createSlice({
  name: 'connection',
  initialState: { reachable: true, signedIn: true },
  reducers: {
    answered: (state) => { state.reachable = true; },
    unreachable: (state) => { state.reachable = false; },
    sessionEnded: (state) => { state.signedIn = false; },
  },
});

export const { answered, unreachable, sessionEnded } = slice.actions;
export const connection = slice.reducer;
