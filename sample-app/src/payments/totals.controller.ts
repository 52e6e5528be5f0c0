import { Controller, Get, NotFoundException, Param, Query } from '@nestjs/common';
import { InjectStore } from '@ouzel/nestjs';
import { KeyValueStoreView } from '@ouzel/streams';
import type { Total } from './payment.js';
import { collect, single, wholeNumber } from './query.js';

interface TotalOfUser {
  readonly key: string;
  readonly value: Total;
}

@Controller('totals')
export class TotalsController {
  constructor(@InjectStore('totals') private readonly totals: KeyValueStoreView<string, Total>) {}

  /** Those that this instance has, in the order of their keys; `from` and `to` are keys, both inclusive. */
  @Get()
  async range(@Query('from') from?: string, @Query('to') to?: string, @Query('limit') limit?: string): Promise<TotalOfUser[]> {
    const most = wholeNumber('limit', limit);
    const entries = await collect(
      this.totals.range(single('from', from) ?? null, single('to', to) ?? null, most === undefined ? {} : { limit: most }),
    );
    return entries.map(([key, value]) => ({ key, value }));
  }

  /** 421 with the owner's address when another instance has the user; 503 while the store is on its way. */
  @Get(':user')
  async one(@Param('user') user: string): Promise<TotalOfUser> {
    const value = await this.totals.get(user);
    if (value === null) throw new NotFoundException(`no payment of "${user}" so far`);
    return { key: user, value };
  }
}
