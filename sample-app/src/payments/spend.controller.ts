import { Controller, Get, Param, Query } from '@nestjs/common';
import { InjectStore } from '@ouzel/nestjs';
import { WindowStoreView, type Window } from '@ouzel/streams';
import { collect, wholeNumber } from './query.js';

interface SpendOfMinute {
  readonly key: string;
  readonly window: Window;
  readonly value: number;
}

@Controller('spend')
export class SpendController {
  constructor(@InjectStore('spend-per-minute') private readonly spend: WindowStoreView<string, number>) {}

  /** Returns the minutes of one user that begin between `from` and `to`, both inclusive, in epoch ms. */
  @Get(':user')
  async ofUser(@Param('user') user: string, @Query('from') from?: string, @Query('to') to?: string): Promise<SpendOfMinute[]> {
    const minutes = await collect(
      this.spend.fetchRange(user, user, wholeNumber('from', from) ?? 0, wholeNumber('to', to) ?? Number.MAX_SAFE_INTEGER),
    );
    return minutes.map(([{ key, window }, value]) => ({ key, window, value }));
  }
}
